import { createHash, createHmac } from 'node:crypto'
import { transcript } from './transcript.ts'

export type JoinStep = 'begin' | 'prove' | 'complete'

/** The bytes that the machine key signs (ECDSA P-256, SHA-256) in a step of the enrolment. */
export function joinSigningInput(step: JoinStep, core: Uint8Array): Uint8Array {
  return transcript(`bootlatch/v1/join/${step}`, core)
}

/** What both sides of an enrolment have seen; the proof ties the activated secrets to exactly this. */
export interface EnrolmentTranscript {
  /** One for each EK, in the order of ProveCore. */
  readonly secrets: readonly Uint8Array[]
  readonly serverId: Uint8Array
  readonly machineId: Uint8Array
  readonly enrolmentId: Uint8Array
  readonly machineKeySpki: Uint8Array
  /** The bytes of ProveCore as they travelled. */
  readonly proveCore: Uint8Array
  readonly firstBootTokenHash: Uint8Array
}

/**
 * HMAC-SHA-256 over the enrolment, keyed from all activated secrets: only a TPM that holds every EK together with the AK
 * can have them (Part 1, 24).
 */
export function enrolmentProof(enrolment: EnrolmentTranscript): Uint8Array {
  if (enrolment.secrets.length === 0) throw new TypeError('an enrolment proof needs a secret')
  const keyInput = transcript('bootlatch/v1/enrolment-key', ...enrolment.secrets)
  const key = createHash('sha256').update(keyInput).digest()
  const proof = createHmac('sha256', key)
    .update(
      transcript(
        'bootlatch/v1/enrolment',
        enrolment.serverId,
        enrolment.machineId,
        enrolment.enrolmentId,
        enrolment.machineKeySpki,
        enrolment.proveCore,
        enrolment.firstBootTokenHash,
      ),
    )
    .digest()
  keyInput.fill(0)
  key.fill(0)
  return new Uint8Array(proof)
}
