import { equalInConstantTime, Writer } from '../../../core/bytes/index.ts'
import { digestSize, hmac, PolicySecret, RC, RH, secretStep, ST, type Ticket } from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import { nameOfEntity } from '../state/entity.ts'
import { contextHash, type TpmState } from '../state/tpm-state.ts'
import type { Session } from '../state/session.ts'
import { nullTicket } from './hash-tickets.ts'
import { assert } from './policy-assertion.ts'
import { mayBind } from './policy-binding.ts'

const nothing = new Uint8Array(0)
const msPerSecond = 1000n

/**
 * Part 3, 23.4; the authorization of authHandle was checked before.
 * @throws NONCE if nonceTPM is not the session's; CPHASH if another one is bound already; SIZE; EXPIRED.
 */
const policySecret = implement(PolicySecret, (tpm, { handles: { authHandle, policySession }, parameters, fail }) => {
  const { nonceTPM, cpHashA, policyRef, expiration } = parameters
  const { policy, hash, type } = policySession
  const expiresAt = expiration === 0 ? undefined : expiry(tpm, policySession, nonceTPM, expiration)
  const binding = cpHashA.length > 0 ? ({ of: 'cpHash', digest: cpHashA } as const) : undefined
  if (type !== 'trial') {
    if (nonceTPM.length > 0 && !equalInConstantTime(nonceTPM, policySession.nonceTPM)) fail(RC.nonce, 'nonceTPM')
    if (expiresAt !== undefined && expiresAt < tpm.clock.time) fail(RC.expired, 'expiration')
    if (cpHashA.length > 0 && cpHashA.length !== digestSize(hash)) fail(RC.size, 'cpHashA')
    if (binding !== undefined && !mayBind(policySession, binding)) fail(RC.cpHash)
  }
  const name = nameOfEntity(authHandle)
  assert(policySession, secretStep(name, policyRef), {
    binding: binding ?? policy.binding,
    expiresAt: earlier(policy.expiresAt, expiresAt),
  })
  if (expiration >= 0 || type === 'trial' || expiresAt === undefined) {
    return { timeout: nothing, policyTicket: nullTicket(ST.authSecret) }
  }
  const timeout = new Writer().u64(expiresAt).done()
  const hierarchy = authHandle.kind === 'object' ? authHandle.hierarchy : hierarchyOf(authHandle.handle)
  return { timeout, policyTicket: authTicket(tpm, hierarchy, { timeout, cpHashA, policyRef, name }) }
})

const hierarchyOf = (handle: number): number =>
  handle === RH.platform || handle === RH.endorsement ? handle : RH.owner

/** Part 3, 23.2.2: from the start of the session where its nonce is shown, else from now. */
function expiry(tpm: TpmState, session: Session, nonceTPM: Uint8Array, expiration: number): bigint {
  const from = nonceTPM.length > 0 ? session.startedAt : tpm.clock.time
  return from + BigInt(Math.abs(expiration)) * msPerSecond
}

const earlier = (a: bigint | undefined, b: bigint | undefined): bigint | undefined => {
  if (a === undefined || b === undefined) return a ?? b
  return a < b ? a : b
}

/** Part 2, 10.7.5. */
function authTicket(
  tpm: TpmState,
  hierarchy: number,
  bound: { timeout: Uint8Array; cpHashA: Uint8Array; policyRef: Uint8Array; name: Uint8Array },
): Ticket {
  const to = new Writer().u16(ST.authSecret)
  for (const each of [bound.timeout, bound.cpHashA, bound.policyRef, bound.name]) to.bytes(each)
  return { tag: ST.authSecret, hierarchy, digest: hmac(contextHash, tpm.proofOf(hierarchy), to.done()) }
}

export const policyAuthorizations = [policySecret]
