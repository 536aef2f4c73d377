import { equalInConstantTime } from '../../../core/bytes/index.ts'
import {
  authValueStep,
  CC,
  commandCodeStep,
  localityStep,
  nvWrittenStep,
  orStep,
  pcrStep,
  physicalPresenceStep,
  PolicyAuthValue,
  PolicyCommandCode,
  PolicyGetDigest,
  PolicyLocality,
  PolicyNvWritten,
  PolicyOR,
  PolicyPassword,
  PolicyPCR,
  PolicyPhysicalPresence,
  RC,
} from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import { assert } from './policy-assertion.ts'
import { policyApprovals } from './policy-approval.ts'
import { policyAuthorizations } from './policy-authorization.ts'
import { policyBindings } from './policy-binding.ts'
import { policyComparisons } from './policy-comparison.ts'

const knownCommands = new Set<number>(Object.values(CC))
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

/** TPMA_LOCALITY (Part 2, 8.5): below, five bits; from here on, the number of one extended locality. */
const firstExtendedLocality = 32
const allNormalLocalities = 0x1f

/**
 * Part 3, 23.8: each assertion leaves fewer localities.
 * @throws RANGE if none is named or none would be left.
 */
const policyLocality = implement(PolicyLocality, (_tpm, { handles: { policySession }, parameters, fail }) => {
  const before = policySession.policy.locality
  const left = localitiesLeft(before, parameters.locality)
  if (left === 0) fail(RC.range, 'locality')
  assert(policySession, localityStep(parameters.locality), { locality: left })
  return {}
})

function localitiesLeft(before: number | undefined, asked: number): number {
  if (asked < firstExtendedLocality) {
    if (before === undefined) return allNormalLocalities & asked
    return before < firstExtendedLocality ? before & asked : 0
  }
  return before === undefined || before === asked ? asked : 0
}

/** Part 3, 23.12. */
const policyPhysicalPresence = implement(PolicyPhysicalPresence, (_tpm, { handles: { policySession } }) => {
  assert(policySession, physicalPresenceStep, { physicalPresenceNeeded: true })
  return {}
})

/**
 * Part 3, 23.20.
 * @throws VALUE if the session asks for the opposite already.
 */
const policyNvWritten = implement(PolicyNvWritten, (_tpm, { handles: { policySession }, parameters, fail }) => {
  const nvWritten = parameters.writtenSet === 1
  const { nvWritten: before } = policySession.policy
  if (before !== undefined && before !== nvWritten) fail(RC.value, 'writtenSet')
  assert(policySession, nvWrittenStep(nvWritten), { nvWritten })
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
  ...policyAuthorizations,
  ...policyApprovals,
  ...policyBindings,
  ...policyComparisons,
  policyOr,
  policyPcr,
  policyCommandCode,
  policyLocality,
  policyPhysicalPresence,
  policyNvWritten,
  policyAuthValue,
  policyPassword,
  policyGetDigest,
]
