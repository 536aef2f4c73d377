import {
  Basis,
  BootOutcome,
  Gate,
  MachineState,
  Outcome,
  Tier,
  type Decision,
  type DecisionDetail,
  type Machine,
  type OperatorAction,
  type PreviewPolicyEvent,
  type Reason,
  type RetiredResultKeys,
  type TierWord,
  type VolumeKey,
} from '../../core/rpc/index.ts'
import { basisOf, type PreviewEvent, type Reason as GivenReason } from '../appraise/index.ts'
import type { InForce } from '../policies/index.ts'
import type { Row } from '../store/index.ts'

const states = {
  enrolling: MachineState.MACHINE_STATE_ENROLLING,
  pending: MachineState.MACHINE_STATE_PENDING,
  accepted: MachineState.MACHINE_STATE_ACCEPTED,
  locked: MachineState.MACHINE_STATE_LOCKED,
  forked: MachineState.MACHINE_STATE_FORKED,
  removed: MachineState.MACHINE_STATE_REMOVED,
  conflict: MachineState.MACHINE_STATE_CONFLICT,
} as const satisfies Record<Row<'machines'>['state'], MachineState>

const tiers = { T0: Tier.TIER_T0, T1: Tier.TIER_T1, T2: Tier.TIER_T2, T3: Tier.TIER_T3 } as const

const outcomes = {
  admitted: Outcome.OUTCOME_ADMITTED,
  held: Outcome.OUTCOME_HELD,
  refused: Outcome.OUTCOME_REFUSED,
  released: Outcome.OUTCOME_RELEASED,
  rekeyed: Outcome.OUTCOME_REKEYED,
} as const satisfies Record<Row<'decisions'>['outcome'], Outcome>

const gates = { admission: Gate.GATE_ADMISSION, release: Gate.GATE_RELEASE } as const

export function machineMessage(
  machine: Row<'machines'>,
  beside: { readonly policy: InForce; readonly lastDecision: number; readonly heldDecision: number },
): Machine {
  const inForce = beside.policy.kind === 'one' ? beside.policy.policy : undefined
  return {
    id: machine.id,
    name: machine.name,
    group: machine.groupName,
    state: states[machine.state],
    tier: tiers[machine.tier],
    policy: inForce?.name ?? '',
    enrolledUnixMs: machine.enrolledUnixMs ?? 0,
    lastBootUnixMs: machine.lastBootUnixMs ?? 0,
    lastDecision: beside.lastDecision,
    heldDecision: beside.heldDecision,
    acceptsDiskOnlyIdentity: inForce?.admission.acceptDiskOnlyIdentity ?? false,
  }
}

export function tierWordMessage({ tier, operator, reason, saidUnixMs }: Row<'tierWords'>): TierWord {
  return { tier: tiers[tier], operator, reason, saidUnixMs }
}

export function retiredKeysMessage({ keys, reason, retiredUnixMs }: Row<'retiredResultKeys'>): RetiredResultKeys {
  return { keys, reason, retiredUnixMs }
}

export function actionMessage({ action, operator, reason, doneUnixMs }: Row<'operatorActions'>): OperatorAction {
  return { action, operator, reason, doneUnixMs }
}

export function decisionMessage(decision: Row<'decisions'>): Decision {
  return {
    number: decision.number,
    gate: gates[decision.gate],
    outcome: outcomes[decision.outcome],
    machineId: decision.machineId,
    machineName: decision.machineName,
    bootId: decision.bootId ?? new Uint8Array(0),
    decidedUnixMs: decision.decidedUnixMs,
    peer: decision.peer,
    summary: decision.summary,
    policy: decision.policy ?? '',
    policyVersion: decision.policyVersion ?? 0,
    referenceVersions: JSON.parse(decision.referenceVersions) as Record<string, number>,
    groupVersions: JSON.parse(decision.groupVersions) as Record<string, number>,
  }
}

const bases = {
  measured: Basis.BASIS_MEASURED,
  quoted: Basis.BASIS_QUOTED,
  recorded: Basis.BASIS_RECORDED,
  asked: Basis.BASIS_ASKED,
  vouched: Basis.BASIS_VOUCHED,
} as const

/** A reason, marked by what its fact rests on. */
export function reasonMessage(reason: GivenReason): Reason {
  const basis = basisOf(reason.code)
  return { ...reason, basis: basis === undefined ? Basis.BASIS_UNSPECIFIED : bases[basis] }
}

export function decisionDetailMessage(
  decision: Row<'decisions'>,
  held: Row<'heldRequests'> | undefined,
): DecisionDetail {
  return {
    decision: decisionMessage(decision),
    reasons: (JSON.parse(decision.reasons) as GivenReason[]).map(reasonMessage),
    bootDiff: JSON.parse(decision.bootDiff) as string[],
    comparedWith: decision.comparedWith ?? 0,
    resolvedBy: held?.resolvedBy ?? '',
    resolution: [resolutionWords(held), held?.resolvedReason].filter(Boolean).join(': '),
  }
}

/** An accepted request that was used up stays an accepted one for whoever reads it. */
function resolutionWords(held: Row<'heldRequests'> | undefined): string {
  return held?.resolution === 'used' ? 'accepted' : (held?.resolution ?? '')
}

export function volumeKeyMessage(key: Row<'volumeKeys'>, machineName: string): VolumeKey {
  return {
    id: key.id,
    machineId: key.machineId,
    machineName,
    group: key.groupName,
    luks: { uuid: key.uuid, keyslotDigest: key.keyslotDigest },
    version: key.version,
    createdUnixMs: key.createdUnixMs,
    origin: key.origin,
    lastReleasedUnixMs: key.lastReleasedUnixMs ?? 0,
    lastReleasedDecision: key.lastReleasedDecision ?? 0,
  }
}

const bootOutcomes = {
  boots: BootOutcome.BOOT_OUTCOME_BOOTS,
  waits: BootOutcome.BOOT_OUTCOME_WAITS,
  stops: BootOutcome.BOOT_OUTCOME_STOPS,
} as const

export function previewMessage(event: PreviewEvent): PreviewPolicyEvent {
  switch (event.kind) {
    case 'previewed':
      return { previewed: event.token }
    case 'progress':
      return { progress: { done: event.done, total: event.total } }
    case 'changed': {
      const { machine, decision, cause } = event
      const before = bootOutcomes[event.before]
      const after = bootOutcomes[event.after]
      return {
        changed: { machine, decision, before, after, ...(cause !== undefined && { cause: reasonMessage(cause) }) },
      }
    }
    case 'end': {
      const { machines, boots, stillBoot, wouldStop, wouldWait, wouldNewlyBoot, stillStop, withoutEvidence } = event
      return { end: { machines, boots, stillBoot, wouldStop, wouldWait, wouldNewlyBoot, stillStop, withoutEvidence } }
    }
  }
}
