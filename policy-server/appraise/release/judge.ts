import { equalInConstantTime, toHex } from '../../../core/bytes/index.ts'
import { EvidenceError, type Expectation, type VerifiedEvidence } from '../../../core/evidence/index.ts'
import {
  bindingOf,
  evaluateAnnounced,
  validForMs,
  type Announcement,
  type LiveAnnouncement,
  type PlatformFacts,
  type Verdict,
} from '../../../core/policy/index.ts'
import type { InForce } from '../../policies/index.ts'
import type { Row } from '../../store/index.ts'
import { policyVerdict, stateReason } from '../admission/judge.ts'
import { isKeyslot } from '../deposit.ts'
import type { Reason } from '../reasons.ts'
import type { Challenge } from './challenge.ts'
import { parentOf, tpmTerms, type TpmTerms } from './bound-keys.ts'
import { verifyRecord, type EvidenceRecord } from './evidence-record.ts'

/** All that the judgement looks at, read in one transaction. */
export interface ReleaseRecord {
  readonly machine: Row<'machines'>
  readonly identity: Row<'identities'>
  /** The boot that the request names, if it is this machine's and this identity's. */
  readonly boot: Row<'boots'> | undefined
  readonly policy: InForce
  /** What is announced to the machine, the oldest first. */
  readonly announced: readonly LiveAnnouncement[]
  /** Announcements that ended what the policy accepts itself. */
  readonly ending: readonly Announcement[]
  /** Who approved this boot, and may still approve. */
  readonly approvedBy: readonly string[]
  readonly settledDecision: number | undefined
  readonly volumeKeys: readonly Row<'volumeKeys'>[]
  /** EKs of the identity. */
  readonly eks: readonly Row<'identityEks'>[]
  /** What the challenge says, if it is ours. */
  readonly challenge: Challenge | undefined
  readonly isSpent: boolean
  readonly peerAddress: string
  /** What the platform said of the machine when it started. */
  readonly platform: PlatformFacts
  readonly nowUnixMs: number
}

export interface ReleaseJudgement {
  readonly outcome: 'released' | 'held' | 'refused'
  readonly reasons: readonly Reason[]
  readonly evidence: VerifiedEvidence | undefined
  /** Announcements that a release uses up. */
  readonly needed: readonly LiveAnnouncement[]
  /** Keys of the volumes wanted, in the order of the request. */
  readonly keys: readonly Row<'volumeKeys'>[]
  /** What the answer is bound to beside its request; undefined where the policy asks for nothing. */
  readonly terms: TpmTerms | undefined
}

/** Gate 2: evidence first, then policy and admission again, then which keys. */
export function judgeRelease(untrusted: EvidenceRecord, record: ReleaseRecord): ReleaseJudgement {
  const standing = [stateReason(record), bootReason(record), challengeReason(record)]
  if (standing.some(({ passed }) => !passed)) return refused(standing)

  const verified = verify(untrusted, record.identity)
  const reasons = [...standing, verified.reason]
  if (verified.evidence === undefined) return refused(reasons)
  const { evidence } = verified
  const { admission, release, needed } = judgeByPolicy(record, evidence)
  reasons.push(...admission.reasons, ...release.reasons, ...needed.map(announcementReason))

  const wanted = evidence.volumes.map((volume) => record.volumeKeys.find((key) => isKeyslot(key, volume)))
  reasons.push(...evidence.volumes.map((volume, at) => volumeReason(toHex(volume.uuid), wanted[at])))
  const keys = wanted.filter((key) => key !== undefined)
  if (admission.outcome !== 'allow' || release.outcome === 'deny' || keys.length !== wanted.length)
    return refused(reasons, evidence)
  const outcome = release.outcome === 'hold' ? 'held' : 'released'
  return { outcome, reasons, evidence, needed, keys, terms: termsOf(record, evidence) }
}

/** What the policy wants an answer to be bound to, beside the request that it answers. */
export function termsOf({ policy, eks }: Pick<ReleaseRecord, 'policy' | 'eks'>, evidence: VerifiedEvidence) {
  if (policy.kind !== 'one' || bindingOf(policy.policy) === 'session') return undefined
  const parent = parentOf(eks)
  // Enrolment lets no machine in without an EK
  if (parent === undefined) throw new TypeError('a machine without an EK')
  return tpmTerms(parent, evidence, validForMs(policy.policy))
}

/** A boot, and the policy that it is judged by. */
export interface PolicyCase {
  readonly machine: Pick<Row<'machines'>, 'tier'>
  readonly boot: Pick<Row<'boots'>, 'admittedUnixMs'> | undefined
  readonly policy: InForce
  readonly announced: readonly LiveAnnouncement[]
  readonly ending: readonly Announcement[]
  readonly approvedBy: readonly string[]
  readonly peerAddress: string
  /** What the platform said of the machine when it started. */
  readonly platform: PlatformFacts
  readonly nowUnixMs: number
}

/** A verdict of either gate; without a policy neither lets anything through. */
interface GateVerdict {
  readonly outcome: Verdict['outcome']
  readonly reasons: readonly Reason[]
}

/** What the policy says of a boot, at both gates: of one that asks now, or of one on record. */
export function judgeByPolicy(
  { machine, boot, policy, announced, ending, approvedBy, peerAddress, platform, nowUnixMs }: PolicyCase,
  evidence: VerifiedEvidence,
): { readonly admission: GateVerdict; readonly release: GateVerdict; readonly needed: readonly LiveAnnouncement[] } {
  const nothing: GateVerdict = { outcome: 'deny', reasons: [] }
  if (policy.kind === 'none')
    return { admission: nothing, release: { outcome: 'deny', reasons: [noPolicyReason()] }, needed: [] }
  // A boot that began in a window of time may end behind it.
  const admittedUnixMs = boot?.admittedUnixMs ?? nowUnixMs
  const admission = policyVerdict({ policy, approvedBy, peerAddress, platform, nowUnixMs: admittedUnixMs })
  if (policy.kind !== 'one') return { admission, release: nothing, needed: [] }
  const facts = { tier: machine.tier, sinceAdmissionMs: nowUnixMs - admittedUnixMs }
  const { verdict, needed } = evaluateAnnounced(policy.policy, announced, evidence, facts, ending)
  return { admission, release: verdict, needed }
}

function refused(reasons: readonly Reason[], evidence?: VerifiedEvidence): ReleaseJudgement {
  return { outcome: 'refused', reasons, evidence, needed: [], keys: [], terms: undefined }
}

function verify(untrusted: EvidenceRecord, identity: Row<'identities'>) {
  try {
    const evidence = verifyRecord(untrusted, lastClock(identity))
    return { evidence, reason: evidenceReason(true, 'verified') }
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error
    return { evidence: undefined, reason: evidenceReason(false, `${error.problem}: ${error.message}`) }
  }
}

function lastClock({ resetCount, restartCount, clock }: Row<'identities'>): Expectation['lastClock'] {
  if (resetCount === null || restartCount === null || clock === null) return undefined
  return { resetCount, restartCount, clock: BigInt(clock), safe: 1 }
}

const evidenceReason = (passed: boolean, fact: string): Reason => ({
  code: 'evidence/verified',
  passed,
  rule: 'evidence',
  fact,
  wanted: 'a fresh quote by the enrolled AK, explained by the logs',
  source: 'quote',
})

const announcementReason = ({ announcement, version, bootsUsed }: LiveAnnouncement): Reason => ({
  code: 'policy/announcement',
  passed: true,
  rule: `announcement ${announcement.name} version ${version}`,
  fact: `boot ${bootsUsed + 1} of ${announcement.boots ?? 'any number'} by announced values`,
  wanted: `a boot before ${new Date(announcement.untilUnixMs).toISOString()}`,
  source: 'announcements',
})

const noPolicyReason = (): Reason => ({
  code: 'policy/none',
  passed: false,
  rule: 'policy',
  fact: 'none',
  wanted: 'a policy for this machine or its group',
  source: 'policies',
})

/** Whether a boot still has its right to a release. */
export function bootReason({ boot }: Pick<ReleaseRecord, 'boot'>): Reason {
  return {
    code: 'release/boot',
    passed: boot?.ended === null,
    rule: 'boot',
    fact: boot === undefined ? 'unknown' : (boot.ended ?? 'open'),
    wanted: 'the newest admitted boot, before its one release',
    source: 'boot id',
  }
}

/** What a challenge says, if it is one of ours for this machine and this boot of it. */
export function ownChallenge({ challenge, boot }: Pick<ReleaseRecord, 'challenge' | 'boot'>): Challenge | undefined {
  if (challenge === undefined || boot === undefined) return undefined
  const isOurs =
    equalInConstantTime(challenge.bootId, boot.id) && equalInConstantTime(challenge.machineId, boot.machineId)
  return isOurs ? challenge : undefined
}

function challengeReason(record: ReleaseRecord): Reason {
  const { isSpent, nowUnixMs } = record
  const own = ownChallenge(record)
  const isFresh = own !== undefined && nowUnixMs < own.expiresUnixMs
  const fact =
    own === undefined ? 'not ours for this boot' : isSpent ? 'spent on another request' : isFresh ? 'fresh' : 'expired'
  return {
    code: 'release/challenge',
    passed: isFresh && !isSpent,
    rule: 'challenge',
    fact,
    wanted: 'a fresh challenge for this machine and boot',
    source: 'Release',
  }
}

function volumeReason(uuid: string, key: Row<'volumeKeys'> | undefined): Reason {
  return {
    code: 'release/volume',
    passed: key !== undefined,
    rule: `volume ${uuid}`,
    fact: key === undefined ? 'no key for this keyslot of this volume' : `key version ${key.version}`,
    wanted: 'a key that was deposited for exactly this keyslot',
    source: 'RequestCore',
  }
}
