import { type VerifiedEvidence } from '../evidence/index.ts'
import {
  capRule,
  clearedRule,
  separatorRules,
  tierRule,
  unexplainedRules,
  unknownEventRules,
  zeroPcrRules,
} from './boot-rules.ts'
import { type BootPolicy, type Floor, type Tier } from './boot-policy.ts'
import { componentRules, namedComponentRules } from './component-rules.ts'
import { ofFloor } from './floor-reason.ts'
import { pcrRules } from './pcr-rules.ts'
import { quoteRules } from './quote-rules.ts'
import { requestRules } from './request-rules.ts'
import { secureBootRules } from './secure-boot-rules.ts'
import { conclude, type Reason, type Verdict } from './verdict.ts'

/** What the server knows of the machine that brought the evidence. */
export interface ReleaseFacts {
  /** T0 from its enrolment; a higher one is a person's word. */
  readonly tier: Tier
  /** Since the admission of the boot, in milliseconds; a rule about it fails where nobody knows. */
  readonly sinceAdmissionMs?: number | undefined
}

/** Gate 2: what the policy says of a boot. Admission is judged again beside it. */
export function evaluateRelease(policy: BootPolicy, evidence: VerifiedEvidence, facts: ReleaseFacts): Verdict {
  return conclude([
    tierRule(policy.tier, facts.tier),
    clearedRule(evidence),
    ...quoteRules(policy.quote, evidence),
    ...secureBootRules(policy, evidence),
    ...componentRules(policy, evidence),
    ...pcrRules(policy, evidence),
    ...unexplainedRules(policy, evidence),
    ...zeroPcrRules(evidence),
    ...separatorRules(evidence),
    ...unknownEventRules(policy.release.waivers, evidence),
    capRule(policy, evidence),
    ...requestRules(policy, evidence, facts),
    ...policy.floors.flatMap((floor) => ofFloor(floor.group, floorRules(floor, evidence, facts))),
  ])
}

/** What a policy, where there is one, and the groups ask of a machine's tier: judged before the boot as well. */
export function evaluateTier(
  { tier: lowest, floors }: { readonly tier?: Tier; readonly floors: readonly Floor[] },
  tier: Tier,
): readonly Reason[] {
  return [
    ...(lowest === undefined ? [] : [tierRule(lowest, tier)]),
    ...floors.flatMap((floor) => ofFloor(floor.group, floorTier(floor, tier))),
  ]
}

const floorTier = (floor: Floor, tier: Tier): readonly Reason[] =>
  floor.tier === undefined ? [] : [tierRule(floor.tier, tier)]

/** A floor names components that have to be there; what else may be there is the policy's affair. */
function floorRules(floor: Floor, evidence: VerifiedEvidence, facts: ReleaseFacts): readonly Reason[] {
  return [
    ...floorTier(floor, facts.tier),
    ...quoteRules(floor.quote, evidence),
    ...secureBootRules(floor, evidence),
    ...namedComponentRules(floor, evidence),
    ...pcrRules(floor, evidence),
    ...(floor.forbidsWaivers ? unknownEventRules([], evidence) : []),
    ...requestRules(floor, evidence, facts),
  ]
}
