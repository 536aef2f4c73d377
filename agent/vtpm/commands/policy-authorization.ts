import { equalInConstantTime, Reader, Writer } from '../../../core/bytes/index.ts'
import {
  digest,
  encode,
  hmac,
  i32,
  PolicySecret,
  PolicySigned,
  PolicyTicket,
  RC,
  RH,
  secretStep,
  signedStep,
  ST,
  type Ticket,
  type TPMT_SIGNATURE,
} from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import { refusesSignature } from '../signing/verify-digest.ts'
import { nameOfEntity, type Entity } from '../state/entity.ts'
import { contextHash, type TpmState } from '../state/tpm-state.ts'
import { expiryOf, limited, refusesLimits } from './authorization-limits.ts'
import { nullTicket } from './hash-tickets.ts'
import { assert } from './policy-assertion.ts'

const nothing = new Uint8Array(0)
const timeoutBytes = 8

/**
 * Part 3, 23.3: whoever holds the key of authObject authorizes.
 * @throws NONCE if nonceTPM is not the session's; EXPIRED; SIZE or CPHASH of cpHashA; SCHEME, SIGNATURE or HANDLE if the
 * key did not sign this authorization.
 */
const policySigned = implement(PolicySigned, (tpm, { handles: { authObject, policySession }, parameters, fail }) => {
  const { nonceTPM, cpHashA, policyRef, expiration, auth } = parameters
  const isTrial = policySession.type === 'trial'
  const expiresAt = isTrial ? undefined : expiryOf(tpm, policySession, parameters)
  const limits = { nonceTPM, cpHashA, expiresAt }
  if (!isTrial) {
    const problem = refusesLimits(tpm, policySession, limits)
    if (problem !== undefined) fail(problem.rc, problem.blamed)
    const hash = hashOf(auth) ?? fail(RC.scheme, 'auth')
    const signed = digest(hash, nonceTPM, encode(i32, expiration), cpHashA, policyRef)
    const refusal = refusesSignature(authObject, signed, auth)
    if (refusal !== undefined) fail(refusal, 'auth')
  }
  const { name, hierarchy } = authObject
  assert(policySession, signedStep(name, policyRef), limited(policySession, limits))
  const ticketAsked = expiration < 0 && expiresAt !== undefined
  return ticketFor(tpm, ST.authSigned, hierarchy, ticketAsked ? { expiresAt, cpHashA, policyRef, name } : undefined)
})

function hashOf(signature: TPMT_SIGNATURE): number | undefined {
  if ('hash' in signature) return signature.hash
  return 'hmac' in signature ? signature.hmac.hashAlg : undefined
}

/**
 * Part 3, 23.4; the authorization of authHandle was checked before.
 * @throws NONCE if nonceTPM is not the session's; EXPIRED; SIZE or CPHASH of cpHashA.
 */
const policySecret = implement(PolicySecret, (tpm, { handles: { authHandle, policySession }, parameters, fail }) => {
  const { nonceTPM, cpHashA, policyRef, expiration } = parameters
  const isTrial = policySession.type === 'trial'
  const expiresAt = isTrial ? undefined : expiryOf(tpm, policySession, parameters)
  const limits = { nonceTPM, cpHashA, expiresAt }
  const problem = isTrial ? undefined : refusesLimits(tpm, policySession, limits)
  if (problem !== undefined) fail(problem.rc, problem.blamed)
  const name = nameOfEntity(authHandle)
  assert(policySession, secretStep(name, policyRef), limited(policySession, limits))
  const ticketAsked = expiration < 0 && expiresAt !== undefined
  const hierarchy = hierarchyOf(authHandle)
  return ticketFor(tpm, ST.authSecret, hierarchy, ticketAsked ? { expiresAt, cpHashA, policyRef, name } : undefined)
})

/** Part 1, 16: the hierarchy whose proof stands for an entity. */
function hierarchyOf(entity: Entity): number {
  if (entity.kind === 'object') return entity.hierarchy
  if (entity.kind === 'nvIndex') return entity.nvPublic.attributes.platformCreate ? RH.platform : RH.owner
  return entity.handle === RH.platform || entity.handle === RH.endorsement ? entity.handle : RH.owner
}

interface Ticketed {
  readonly expiresAt: bigint
  readonly cpHashA: Uint8Array
  readonly policyRef: Uint8Array
  readonly name: Uint8Array
}

function ticketFor(
  tpm: TpmState,
  tag: number,
  hierarchy: number,
  ticketed: Ticketed | undefined,
): { timeout: Uint8Array; policyTicket: Ticket } {
  if (ticketed === undefined) return { timeout: nothing, policyTicket: nullTicket(tag) }
  const timeout = new Writer().u64(ticketed.expiresAt).done()
  return { timeout, policyTicket: { tag, hierarchy, digest: ticketDigest(tpm, tag, hierarchy, ticketed) } }
}

/** Part 2, 10.7.5; sizes stand before the parts, or bytes could move from one to the next. */
function ticketDigest(tpm: TpmState, tag: number, hierarchy: number, ticketed: Ticketed): Uint8Array {
  const bound = new Writer().u16(tag).u64(ticketed.expiresAt).u64(tpm.timeEpoch)
  for (const each of [ticketed.cpHashA, ticketed.policyRef, ticketed.name]) bound.u16(each.length).bytes(each)
  return hmac(contextHash, tpm.proofOf(hierarchy), bound.done())
}

/**
 * Part 3, 23.5: an authorization that was given before, until it expires.
 * @throws ATTRIBUTES in a trial session; SIZE of timeout; EXPIRED; SIZE or CPHASH of cpHashA; TICKET if this TPM did not
 * make the ticket, for this, in this power cycle.
 */
const policyTicket = implement(PolicyTicket, (tpm, { handles: { policySession }, parameters, fail }) => {
  const { timeout, cpHashA, policyRef, authName, ticket } = parameters
  if (policySession.type === 'trial') fail(RC.attributes, 'policySession')
  if (timeout.length !== timeoutBytes) fail(RC.size, 'timeout')
  const expiresAt = new Reader(timeout).u64()
  const limits = { nonceTPM: nothing, cpHashA, expiresAt }
  const problem = refusesLimits(tpm, policySession, limits)
  if (problem !== undefined) fail(problem.rc, problem.blamed === 'cpHashA' ? 'cpHashA' : 'timeout')
  const expected = ticketDigest(tpm, ticket.tag, ticket.hierarchy, { expiresAt, cpHashA, policyRef, name: authName })
  if (!equalInConstantTime(expected, ticket.digest)) fail(RC.ticket, 'ticket')

  const step = ticket.tag === ST.authSigned ? signedStep : secretStep
  assert(policySession, step(authName, policyRef), limited(policySession, limits))
  return {}
})

export const policyAuthorizations = [policySigned, policySecret, policyTicket]
