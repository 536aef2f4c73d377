import { equalInConstantTime, Writer } from '../../../core/bytes/index.ts'
import {
  authValueStep,
  CC,
  commandCodeStep,
  digestSize,
  hmac,
  orStep,
  pcrStep,
  PolicyAuthValue,
  PolicyCommandCode,
  PolicyGetDigest,
  PolicyOR,
  PolicyPassword,
  PolicyPCR,
  PolicySecret,
  RC,
  RH,
  secretStep,
  ST,
  type PolicyStep,
  type Ticket,
} from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import { nameOfEntity } from '../state/entity.ts'
import { contextHash, type TpmState } from '../state/tpm-state.ts'
import type { PolicyState, Session } from '../state/session.ts'
import { nullTicket } from './hash-tickets.ts'

const knownCommands = new Set<number>(Object.values(CC))
const nothing = new Uint8Array(0)
const msPerSecond = 1000n

/** Extends the session's policy and records what else the assertion means. */
function assert(session: Session, step: PolicyStep, facts: Partial<PolicyState> = {}): void {
  session.policy = { ...session.policy, ...facts, digest: step(session.hash, session.policy.digest) }
}

/**
 * Part 3, 23.4; the authorization of authHandle was checked before.
 * @throws NONCE if nonceTPM is not the session's; CPHASH if another one is bound already; SIZE; EXPIRED.
 */
const policySecret = implement(PolicySecret, (tpm, { handles: { authHandle, policySession }, parameters, fail }) => {
  const { nonceTPM, cpHashA, policyRef, expiration } = parameters
  const { policy, hash, type } = policySession
  const expiresAt = expiration === 0 ? undefined : expiry(tpm, policySession, nonceTPM, expiration)
  if (type !== 'trial') {
    if (nonceTPM.length > 0 && !equalInConstantTime(nonceTPM, policySession.nonceTPM)) fail(RC.nonce, 'nonceTPM')
    if (expiresAt !== undefined && expiresAt < tpm.clock.time) fail(RC.expired, 'expiration')
    if (cpHashA.length > 0 && cpHashA.length !== digestSize(hash)) fail(RC.size, 'cpHashA')
    if (cpHashA.length > 0 && policy.cpHash !== undefined && !equalInConstantTime(policy.cpHash, cpHashA))
      fail(RC.cpHash)
  }
  const name = nameOfEntity(authHandle)
  assert(policySession, secretStep(name, policyRef), {
    cpHash: cpHashA.length > 0 ? cpHashA : policy.cpHash,
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

/**
 * Part 3, 23.6.
 * @throws VALUE if the session's digest is none of the list.
 */
const policyOr = implement(PolicyOR, (_tpm, { handles: { policySession }, parameters, fail }) => {
  const { pHashList } = parameters
  const isMet = pHashList.some((each) => equalInConstantTime(each, policySession.policy.digest))
  if (!isMet && policySession.type !== 'trial') fail(RC.value, 'pHashList')
  assert(policySession, orStep(pHashList))
  return {}
})

/**
 * Part 3, 23.7.
 * @throws VALUE if the PCRs are not as expected; PCR_CHANGED if one changed since an earlier PolicyPCR.
 */
const policyPcr = implement(PolicyPCR, (tpm, { handles: { policySession }, parameters, fail }) => {
  const { pcrCounter } = policySession.policy
  const pcrs = tpm.pcrs.implemented(parameters.pcrs)
  const expected = parameters.pcrDigest
  const current = tpm.pcrs.digestOf(pcrs, policySession.hash)
  if (policySession.type === 'trial') {
    assert(policySession, pcrStep(pcrs, expected.length > 0 ? expected : current))
    return {}
  }
  if (expected.length > 0 && !equalInConstantTime(expected, current)) fail(RC.value, 'pcrDigest')
  if (pcrCounter !== undefined && pcrCounter !== tpm.pcrs.updateCounter) fail(RC.pcrChanged)
  assert(policySession, pcrStep(pcrs, current), { pcrCounter: tpm.pcrs.updateCounter })
  return {}
})

/**
 * Part 3, 23.11.
 * @throws VALUE if the session is for another command already; POLICY_CC if there is no such command.
 */
const policyCommandCode = implement(PolicyCommandCode, (_tpm, { handles: { policySession }, parameters, fail }) => {
  const { commandCode } = policySession.policy
  if (commandCode !== undefined && commandCode !== parameters.code) fail(RC.value, 'code')
  if (!knownCommands.has(parameters.code)) fail(RC.policyCC, 'code')
  assert(policySession, commandCodeStep(parameters.code), { commandCode: parameters.code })
  return {}
})

/** Part 3, 23.17: the authorization is to be an HMAC with the entity's authValue. */
const policyAuthValue = implement(PolicyAuthValue, (_tpm, { handles: { policySession } }) => {
  assert(policySession, authValueStep, { authValueNeeded: true, passwordNeeded: false })
  return {}
})

/** Part 3, 23.18: the authorization is to be the entity's authValue itself. */
const policyPassword = implement(PolicyPassword, (_tpm, { handles: { policySession } }) => {
  assert(policySession, authValueStep, { authValueNeeded: false, passwordNeeded: true })
  return {}
})

/** Part 3, 23.19. */
const policyGetDigest = implement(PolicyGetDigest, (_tpm, { handles: { policySession } }) => ({
  policyDigest: policySession.policy.digest,
}))

export const policyCommands = [
  policySecret,
  policyOr,
  policyPcr,
  policyCommandCode,
  policyAuthValue,
  policyPassword,
  policyGetDigest,
]
