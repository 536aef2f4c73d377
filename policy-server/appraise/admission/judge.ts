import { equalInConstantTime } from '../../../core/bytes/index.ts'
import {
  evaluateAdmission,
  evaluateFloors,
  evaluateTier,
  forkAnswer,
  type PlatformFacts,
  type Verdict,
} from '../../../core/policy/index.ts'
import type { InForce, Unreadable } from '../../policies/index.ts'
import type { HeldFor, Row } from '../../store/index.ts'
import type { Reason } from '../reasons.ts'
import { sha256 } from '../sha256.ts'
import type { Word } from './persons.ts'

/** PowerOn, as its form was checked. */
export interface PowerOnRequest {
  readonly stateGeneration: number
  /** Oldest first. */
  readonly bootTokens: readonly Uint8Array[]
  readonly nextTokenHash: Uint8Array
  readonly oneTimePublicKey: Uint8Array
  /** Empty where none was shown. */
  readonly platformDocument: Uint8Array
}

/** All that the judgement looks at, read in one transaction. */
export interface AdmissionRecord {
  readonly machine: Row<'machines'>
  readonly identity: Row<'identities'>
  readonly policy: InForce
  /** What a person decided for the side that asks, if anything. */
  readonly favour: Row<'heldRequests'> | undefined
  /** The held decision that a person settled a fork by, while its winner is not re-keyed. */
  readonly settledDecision: number | undefined
  /** Generations whose state key exists. */
  readonly generations: readonly number[]
  /** Approvals of this start that count. */
  readonly approvals: readonly Word[]
  /** The persons behind them, each once. */
  readonly approvedBy: readonly string[]
  readonly peerAddress: string
  /** What the platform says of the machine, and the instance that is known of it. */
  readonly platform: PlatformFacts
  /** UTC milliseconds of the request to start. */
  readonly nowUnixMs: number
}

export type Judgement = { readonly reasons: readonly Reason[] } & (
  | { readonly outcome: 'admitted' | 'rekeyed' }
  /** `fork` where a copy or an older state has shown itself, and what the policy wants then. */
  | { readonly outcome: 'refused'; readonly fork?: 'refuse' | 'lock' }
  | { readonly outcome: 'held'; readonly heldFor: HeldFor }
)

/**
 * Gate 1. The order is fixed: a machine that may not start at all, then network and platform rules (whoever asks from a wrong
 * place is refused before anything changes, and cannot take the place of a request that waits), then a machine that a person
 * has not decided on, then the boot token, the generation (a copy shows itself, whatever else is wrong), a tier too low for any
 * release, and last what waits for a person at each start.
 */
export function judgeAdmission(request: PowerOnRequest, record: AdmissionRecord): Judgement {
  const state = stateReason(record)
  const reasons: Reason[] = [state]
  const passed = (reason: Reason): boolean => {
    reasons.push(reason)
    return reason.passed
  }
  if (mayNeverStart(record)) return { outcome: 'refused', reasons }

  const verdict = policyVerdict(record)
  reasons.push(...verdict.reasons)
  if (verdict.outcome === 'deny') return { outcome: 'refused', reasons }
  if (!state.passed) return judgeUndecided(request, record, reasons)

  if (!passed(tokenReason(request, record))) return { ...forked(record, 'fork'), reasons }
  if (!passed(generationReason(request, record))) {
    const rollback = request.stateGeneration < record.identity.generation
    return rollback ? { ...forked(record, 'rollback'), reasons } : { outcome: 'refused', reasons }
  }
  const tiers = tierReasons(record)
  reasons.push(...tiers)
  if (tiers.some((tier) => !tier.passed)) return { outcome: 'refused', reasons }
  if (verdict.outcome === 'hold') return { outcome: 'held', heldFor: 'approval', reasons }
  return { outcome: 'admitted', reasons }
}

/** Whether the machine is of the tier that its policy and its groups are for: asked again, with all else, at the release. */
function tierReasons({ policy, machine: { tier } }: AdmissionRecord): readonly Reason[] {
  if (policy.kind === 'none') return evaluateTier({ floors: policy.floors }, tier)
  return policy.kind === 'one' ? evaluateTier(policy.policy, tier) : []
}

/** What becomes of a start by a copy, or by a state that was brought back. */
function forked({ policy }: AdmissionRecord, heldFor: 'fork' | 'rollback') {
  const answer =
    policy.kind === 'one'
      ? forkAnswer(policy.policy, policy.policy.floors)
      : forkAnswer(undefined, policy.kind === 'none' ? policy.floors : [])
  return answer === 'hold' ? ({ outcome: 'held', heldFor } as const) : ({ outcome: 'refused', fork: answer } as const)
}

/**
 * What the policy says of a start; asked again at the release. Without a policy a start is admitted where its groups let it,
 * and releases nothing.
 */
export function policyVerdict({
  policy,
  ...facts
}: Pick<AdmissionRecord, 'policy' | 'approvedBy' | 'peerAddress' | 'platform' | 'nowUnixMs'>): {
  readonly outcome: Verdict['outcome']
  readonly reasons: readonly Reason[]
} {
  switch (policy.kind) {
    case 'none':
      return evaluateFloors(policy.floors, facts)
    case 'ambiguous':
      return { outcome: 'deny', reasons: [ambiguousReason(policy.names)] }
    case 'unreadable':
      return { outcome: 'deny', reasons: policy.unreadable.map(unreadableReason) }
    case 'one':
      return evaluateAdmission(policy.policy, facts)
  }
}

export function stateReason({
  machine,
  identity,
  settledDecision,
}: Pick<AdmissionRecord, 'machine' | 'identity' | 'settledDecision'>): Reason {
  const settled =
    settledDecision === undefined ? '' : `, settled in favour of the request of decision ${settledDecision}`
  return {
    code: 'machine/state',
    passed: machine.state === 'accepted' && identity.state === 'live',
    rule: 'machine state',
    fact: identity.state === 'live' ? machine.state + settled : `${machine.state}; its key is ${identity.state}`,
    wanted: 'accepted',
    source: 'operator',
  }
}

function mayNeverStart({ machine, identity }: AdmissionRecord): boolean {
  if (identity.state !== 'live') return true
  switch (machine.state) {
    case 'enrolling':
    case 'locked':
    case 'removed':
      return true
    case 'pending':
    case 'conflict':
    case 'forked':
    case 'accepted':
      return false
  }
}

/** A machine that a person has to decide on, or has: only one that won a settled fork goes on, with new keys. */
function judgeUndecided(request: PowerOnRequest, record: AdmissionRecord, reasons: readonly Reason[]): Judgement {
  const { machine, favour, settledDecision } = record
  if (machine.state === 'pending' || machine.state === 'conflict')
    return { outcome: 'held', heldFor: machine.state, reasons }

  const generation = generationReason(request, record)
  if (favour?.resolution === 'settled') {
    const opens = record.generations.includes(request.stateGeneration)
    return { outcome: opens ? 'rekeyed' : 'refused', reasons: [...reasons, decidedFor(favour), generation] }
  }
  // Which side of the fork asks: the person who settles it has to tell them apart.
  const sides = [...reasons, tokenReason(request, record), generation]
  return settledDecision === undefined
    ? { outcome: 'held', heldFor: 'fork', reasons: sides }
    : { outcome: 'refused', reasons: sides }
}

function ambiguousReason(names: readonly string[]): Reason {
  return {
    code: 'policy/ambiguous',
    passed: false,
    rule: 'policy',
    fact: names.join(', '),
    wanted: 'one policy',
    source: 'policies',
  }
}

const unreadableReason = ({ kind, name, version, why }: Unreadable): Reason => ({
  code: 'policy/unreadable',
  passed: false,
  rule: `${kind} ${name} version ${version}`,
  fact: why,
  wanted: 'a version of the document that this version of the server can read',
  source: 'policies',
})

function tokenReason({ bootTokens }: PowerOnRequest, { identity: { tokenHead } }: AdmissionRecord): Reason {
  const shown = bootTokens.map((token) => sha256(token))
  const passed = tokenHead !== null && shown.some((hash) => equalInConstantTime(hash, tokenHead))
  return {
    code: 'admission/boot-token',
    passed,
    rule: 'boot token',
    fact: passed
      ? 'the newest is among those shown'
      : 'the newest is not among those shown: another copy has started since',
    wanted: 'the token of the newest admitted start',
    source: 'PowerOn',
  }
}

function generationReason(
  { stateGeneration }: PowerOnRequest,
  { identity: { generation }, generations }: AdmissionRecord,
): Reason {
  return {
    code: 'admission/generation',
    passed: stateGeneration >= generation && generations.includes(stateGeneration),
    rule: 'state generation',
    fact: stateGeneration < generation ? `${stateGeneration}: an older state file` : stateGeneration.toString(),
    wanted: generations.join(' or '),
    source: 'PowerOn',
  }
}

function decidedFor(favour: Row<'heldRequests'>): Reason {
  return {
    code: 'admission/held-decision',
    passed: true,
    rule: 'held decision',
    fact: `decision ${favour.decision} was settled in its favour by ${favour.resolvedBy ?? 'a person'}`,
    wanted: 'a decision of a person',
    source: 'operator',
  }
}
