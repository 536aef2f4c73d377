import { createPublicKey, verify, type KeyObject } from 'node:crypto'
import { equalInConstantTime } from '../../../core/bytes/index.ts'
import { joinSigningInput, type JoinStep } from '../../../core/evidence/index.ts'
import { EnrolmentRefused } from './refused.ts'

/** A request of the Join service as it travels: the core, and the machine key's signature over it. */
export interface SignedCore {
  readonly core: Uint8Array
  readonly signature: Uint8Array
}

/** @throws EnrolmentRefused if the core was not signed in this step by this machine key. */
export function checkMachineSignature(
  step: JoinStep,
  { core, signature }: SignedCore,
  machineKeySpki: Uint8Array,
): void {
  const key = { key: machineKey(machineKeySpki), dsaEncoding: 'ieee-p1363' } as const
  if (!verify('sha256', joinSigningInput(step, core), key, signature))
    throw new EnrolmentRefused('the machine key did not sign this request')
}

function machineKey(spki: Uint8Array): KeyObject {
  const key = parseSpki(spki)
  const canonical = key.export({ format: 'der', type: 'spki' })
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1' || !equalInConstantTime(canonical, spki))
    throw new EnrolmentRefused('the machine key is no P-256 key in DER')
  return key
}

function parseSpki(spki: Uint8Array): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  } catch (cause) {
    throw new EnrolmentRefused('the machine key does not parse', { cause })
  }
}
