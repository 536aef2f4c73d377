import { nameOf, type TPMT_PUBLIC } from '../../../core/tpm/index.ts'
import { seededBytes } from '../keys/byte-stream.ts'
import { deriveRsaKey } from '../keys/derive-key.ts'
import type { TpmState } from '../state/tpm-state.ts'
import type { KeySource } from './make-object.ts'

/** Keys at random, RSA keys away from the event loop. */
export const randomKeys = (tpm: TpmState): KeySource => ({
  random: tpm.random,
  rsa: (bits, exponent) => tpm.work.generate(bits, exponent),
})

/** Keys that follow from a primary seed, the template and the caller's data (Part 1, 14.3.2). */
export function primaryKeys(seed: Uint8Array, template: TPMT_PUBLIC, callerData: Uint8Array): KeySource {
  const random = seededBytes(seed, 'Primary Object Creation', nameOf(template), callerData)
  return { random, rsa: (bits, exponent) => deriveRsaKey(bits, exponent, random) }
}
