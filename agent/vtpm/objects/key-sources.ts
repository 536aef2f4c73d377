import { ALG, nameOf, type TPMS_DERIVE, type TPMT_PUBLIC } from '../../../core/tpm/index.ts'
import { SeededStream } from '../keys/byte-stream.ts'
import { DerivationStream } from '../keys/derivation-stream.ts'
import type { LoadedObject } from '../state/loaded-object.ts'
import type { TpmState } from '../state/tpm-state.ts'
import type { KeySource } from './make-object.ts'

/** Keys at random, RSA keys away from the event loop. */
export const randomKeys = (tpm: TpmState): KeySource => ({
  random: tpm.random,
  rsa: (bits, exponent) => tpm.work.generate(bits, exponent),
})

/** Keys that follow from a primary seed, the template and the caller's data (Part 1, 14.3.2). */
export function primaryKeys(tpm: TpmState, seed: Uint8Array, template: TPMT_PUBLIC, callerData: Uint8Array): KeySource {
  const label = 'Primary Object Creation'
  const stream = new SeededStream({ seed, label, contextU: nameOf(template), contextV: callerData })
  return { random: stream.read, rsa: (bits, exponent) => tpm.work.derive(bits, exponent, stream) }
}

/** Keys that follow from a derivation parent's secret, a label and a context (Part 1, 28). */
export function derivedKeys({ publicArea, sensitive }: LoadedObject, by: TPMS_DERIVE): KeySource {
  if (publicArea.type !== ALG.keyedhash || publicArea.parameters.scheme.scheme !== ALG.xor || sensitive === undefined)
    throw new TypeError('is no derivation parent')
  const stream = new DerivationStream(publicArea.parameters.scheme.hashAlg, sensitive.sensitive, by)
  const rsa = (): never => {
    throw new TypeError('RSA keys are not derived')
  }
  return { random: stream.read, isDerivation: true, rsa }
}
