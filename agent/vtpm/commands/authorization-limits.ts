import { equalInConstantTime } from '../../../core/bytes/index.ts'
import { digestSize, RC } from '../../../core/tpm/index.ts'
import { hasExpired, type PolicyState, type Session } from '../state/session.ts'
import type { TpmState } from '../state/tpm-state.ts'
import { mayBind } from './policy-binding.ts'

const msPerSecond = 1000n

/** What PolicySigned, PolicySecret and PolicyTicket limit an authorization to (Part 3, 23.2.2). */
export interface AuthorizationLimits {
  /** Empty where the authorization is not for one session. */
  readonly nonceTPM: Uint8Array
  /** Empty where it is not for one command. */
  readonly cpHashA: Uint8Array
  readonly expiresAt: bigint | undefined
}

interface Refusal {
  readonly rc: number
  readonly blamed: 'nonceTPM' | 'expiration' | 'cpHashA'
}

/** Seconds from the start of the session whose nonce is shown, else of the TPM's time, in steps that never cut one short. */
export function expiryOf(
  tpm: TpmState,
  session: Session,
  { nonceTPM, expiration }: { readonly nonceTPM: Uint8Array; readonly expiration: number },
): bigint | undefined {
  if (expiration === 0) return undefined
  const from = nonceTPM.length > 0 ? session.startedAt : tpm.clock.time % msPerSecond
  return from + BigInt(Math.abs(expiration)) * msPerSecond
}

/** Why the limits do not fit the session, or undefined. */
export function refusesLimits(tpm: TpmState, session: Session, limits: AuthorizationLimits): Refusal | undefined {
  const { nonceTPM, cpHashA, expiresAt } = limits
  if (nonceTPM.length > 0 && !equalInConstantTime(nonceTPM, session.nonceTPM))
    return { rc: RC.nonce, blamed: 'nonceTPM' }
  if (expiresAt !== undefined && hasExpired(tpm, session, expiresAt)) return { rc: RC.expired, blamed: 'expiration' }
  if (cpHashA.length === 0) return undefined
  if (cpHashA.length !== digestSize(session.hash)) return { rc: RC.size, blamed: 'cpHashA' }
  if (!mayBind(session, { of: 'cpHash', digest: cpHashA })) return { rc: RC.cpHash, blamed: 'cpHashA' }
  return undefined
}

/** What the session remembers of the limits: the earliest end, and the command. */
export function limited(session: Session, { cpHashA, expiresAt }: AuthorizationLimits): Partial<PolicyState> {
  const { policy } = session
  return {
    binding: cpHashA.length > 0 ? { of: 'cpHash', digest: cpHashA } : policy.binding,
    expiresAt: earlier(policy.expiresAt, expiresAt),
  }
}

function earlier(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return a < b ? a : b
}
