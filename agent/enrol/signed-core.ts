import { createPublicKey, sign, type KeyObject } from 'node:crypto'
import { joinSigningInput, type JoinStep } from '../../core/evidence/index.ts'
import type { SignedCore } from '../gate/index.ts'

/** A request of the enrolment, under the machine key's signature. */
export function signCore(step: JoinStep, core: Uint8Array, machineKey: KeyObject): SignedCore {
  const signature = sign('sha256', joinSigningInput(step, core), { key: machineKey, dsaEncoding: 'ieee-p1363' })
  return { core, signature: Uint8Array.from(signature) }
}

/** SubjectPublicKeyInfo (DER) of a key. */
export function spkiOf(key: KeyObject): Uint8Array {
  return Uint8Array.from(createPublicKey(key).export({ type: 'spki', format: 'der' }))
}
