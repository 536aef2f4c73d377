import type { TPMA_SESSION } from '../../../core/tpm/index.ts'
import type { Entity } from '../state/entity.ts'
import type { Session } from '../state/session.ts'

/** One authorization of a command: the session, what it says, and the entity it authorizes, if any. */
export interface UsedSession {
  readonly index: number
  /** Undefined for a password. */
  readonly session: Session | undefined
  readonly nonceCaller: Uint8Array
  readonly attributes: TPMA_SESSION
  readonly hmac: Uint8Array
  readonly entity: Entity | undefined
  /** Whether the entity's authValue is part of the HMAC key, of the response's too: as it stood before the command. */
  readonly takesAuthValue: boolean
}

/** The session that decrypts the command, or encrypts the response. */
export const findSession = (
  sessions: readonly UsedSession[],
  attribute: 'decrypt' | 'encrypt' | 'audit',
): UsedSession | undefined => sessions.find((used) => used.attributes[attribute])
