import type { PresentedDocument } from '../../../core/evidence/index.ts'
import type { GroupKey, Random } from '../../keys/index.ts'
import type { PolicyShelf } from '../../policies/index.ts'
import {
  alarmsOf,
  endBoots,
  eraseStateKeysBefore,
  keepStateKey,
  raiseAlarm,
  recordDecision,
  resolveHeld,
  resolveWaiting,
  stateKeyOf,
  updateIdentity,
  updateMachine,
  useApprovals,
  waitingRequests,
  type HeldFor,
  type Outcome,
  type Row,
  type Tx,
} from '../../store/index.ts'
import { instanceOf } from '../platform/presented.ts'
import { encodePlatform } from '../platform/record.ts'
import { firstAgainst, type Reason } from '../reasons.ts'
import { recordId } from '../record-id.ts'
import { sha256 } from '../sha256.ts'
import { hashesOf, readAdmissionRecord, type MachinePeer } from './admission-record.ts'
import { shownBy, type IsLiveOperator } from './approvals.ts'
import { judgeAdmission, type AdmissionRecord, type PowerOnRequest } from './judge.ts'
import { encodeWords } from './persons.ts'

/** A state key as the store keeps it, and the generation it belongs to. */
export interface WrappedStateKey {
  readonly generation: number
  readonly wrapped: Uint8Array
}

export type Admission =
  | {
      readonly outcome: 'admitted'
      readonly decision: number
      readonly bootId: Uint8Array
      /** Of generation g and g + 1. */
      readonly stateKeys: readonly WrappedStateKey[]
    }
  | {
      readonly outcome: 'held'
      readonly decision: number
      readonly heldFor: HeldFor
      /** What a person had decided for this side already, when it was judged. */
      readonly favour: number | undefined
    }
  | { readonly outcome: 'refused'; readonly decision: number }
  | {
      readonly outcome: 'rekeyed'
      /** The held decision that was settled. */
      readonly decision: number
      readonly stateKeys: readonly WrappedStateKey[]
      readonly joinTokenSecret: Uint8Array
      readonly joinTokenExpiresUnixMs: number
      readonly group: string
    }

/** What one PowerOn needs inside its transaction, all of it drawn and opened before. */
export interface AdmissionWork {
  readonly shelf: PolicyShelf
  readonly isLiveOperator: IsLiveOperator
  readonly presented: PresentedDocument | undefined
  readonly groupKey: GroupKey
  readonly random: Random
  readonly nowUnixMs: number
}

const rekeyTokenLifetimeMs = 24 * 60 * 60 * 1000
const joinTokenSecretBytes = 16
const stateKeySize = 32
/** Requests of one machine that a person is shown; older ones give way. */
const mostWaiting = 63

/** Judges a PowerOn and writes down what follows from it: one transaction, and only *admitted* moves head or generation. */
export async function admit(
  tx: Tx,
  work: AdmissionWork,
  peer: MachinePeer,
  request: PowerOnRequest,
): Promise<Admission> {
  const record = await readAdmissionRecord(tx, work, peer, request)
  const judged = judgeAdmission(request, record)
  const decide = (outcome: Outcome, bootId: Uint8Array | null = null) =>
    recordDecision(tx, decisionRow(record, work, outcome, judged.reasons, bootId))
  await reportOtherInstance(tx, work, record, judged.reasons)

  switch (judged.outcome) {
    case 'refused': {
      const decision = await decide('refused')
      if (judged.fork !== undefined) await answerFork(tx, work, record, judged.fork)
      return { outcome: 'refused', decision }
    }
    case 'held': {
      const decision = await decide('held')
      await hold(tx, work, record, request, { decision, heldFor: judged.heldFor })
      return { outcome: 'held', decision, heldFor: judged.heldFor, favour: record.favour?.decision }
    }
    case 'rekeyed':
      await decide('rekeyed')
      return await rekey(tx, work, record, request)
    case 'admitted': {
      const bootId = recordId(work.nowUnixMs, work.random)
      const decision = await decide('admitted', bootId)
      await startBoot(tx, work, record, request, { bootId, decision })
      return { outcome: 'admitted', decision, bootId, stateKeys: await advance(tx, work, record, request) }
    }
  }
}

function decisionRow(
  { machine, policy, peerAddress, platform }: AdmissionRecord,
  { nowUnixMs }: AdmissionWork,
  outcome: Outcome,
  reasons: readonly Reason[],
  bootId: Uint8Array | null,
) {
  return {
    gate: 'admission',
    outcome,
    machineId: machine.id,
    machineName: machine.name,
    bootId,
    decidedUnixMs: nowUnixMs,
    ...shownBy(policy, peerAddress, instanceOf(platform)),
    summary: firstAgainst(reasons) ?? outcome,
    reasons: JSON.stringify(reasons),
    bootDiff: '[]',
    verified: 0,
  } as const
}

async function hold(
  tx: Tx,
  { nowUnixMs }: AdmissionWork,
  { machine, identity, peerAddress }: AdmissionRecord,
  request: PowerOnRequest,
  { decision, heldFor }: { readonly decision: number; readonly heldFor: HeldFor },
): Promise<void> {
  const asked = request.bootTokens.map((token) => sha256(token))
  for (const [at, waiting] of (await waitingRequests(tx, machine.id)).entries()) {
    const sameSide = asked.some((hash) => Buffer.compare(hash, waiting.nextTokenHash) === 0)
    if (sameSide || at >= mostWaiting)
      await resolveHeld(tx, waiting.decision, { resolution: 'superseded', resolvedUnixMs: nowUnixMs })
  }
  const { nextTokenHash, stateGeneration } = request
  const held = { decision, machineId: machine.id, identityId: identity.id, heldFor, heldUnixMs: nowUnixMs }
  await tx
    .insertInto('heldRequests')
    .values({ ...held, nextTokenHash, stateGeneration })
    .execute()
  if (heldFor !== 'fork' || machine.state === 'forked') return
  await updateMachine(tx, machine.id, { state: 'forked' })
  await raiseAlarm(
    tx,
    machine.id,
    nowUnixMs,
    `a fork: the request of decision ${decision}, from ${peerAddress}, does not know of the newest start`,
  )
}

/** An alarm for a copy that was refused, once until something else happens; and where the policy wants it, a lock. */
async function answerFork(
  tx: Tx,
  { nowUnixMs }: AdmissionWork,
  { machine, peerAddress }: AdmissionRecord,
  answer: 'refuse' | 'lock',
): Promise<void> {
  const locked = answer === 'lock' ? '; the machine is locked' : ''
  await raiseOnce(
    tx,
    machine,
    nowUnixMs,
    `a copy or an older state of it asked to start from ${peerAddress}, and was refused${locked}`,
  )
  if (answer === 'refuse') return
  await updateMachine(tx, machine.id, { state: 'locked', stateBeforeLock: machine.state })
  await endBoots(tx, machine.id)
}

/** A clone shows itself by the instance it runs on; also where a person may let it in. */
async function reportOtherInstance(
  tx: Tx,
  { nowUnixMs }: AdmissionWork,
  { machine }: AdmissionRecord,
  reasons: readonly Reason[],
): Promise<void> {
  const other = reasons.find(({ code, passed }) => !passed && instanceCodes.has(code))
  if (other === undefined) return
  await raiseOnce(
    tx,
    machine,
    nowUnixMs,
    `it asked to start on another instance: ${other.fact}; known: ${other.wanted}`,
  )
}

const instanceCodes: ReadonlySet<Reason['code']> = new Set(['admission/instance', 'admission/only-instance'] as const)

async function raiseOnce(tx: Tx, { id }: Row<'machines'>, nowUnixMs: number, text: string): Promise<void> {
  const [newest] = await alarmsOf(tx, id)
  if (newest !== text) await raiseAlarm(tx, id, nowUnixMs, text)
}

async function startBoot(
  tx: Tx,
  { nowUnixMs, presented }: AdmissionWork,
  { machine, identity, favour, approvals, platform }: AdmissionRecord,
  request: PowerOnRequest,
  boot: { readonly bootId: Uint8Array; readonly decision: number },
): Promise<void> {
  await endBoots(tx, machine.id)
  await tx
    .insertInto('boots')
    .values({
      id: boot.bootId,
      machineId: machine.id,
      identityId: identity.id,
      admittedDecision: boot.decision,
      admittedUnixMs: nowUnixMs,
      approvedDecision: favour?.decision ?? null,
      approvedBy: encodeWords(approvals),
      platform: presented === undefined ? null : encodePlatform({ presented, knownInstance: platform.knownInstance }),
    })
    .execute()
  const instance = instanceOf(platform)
  if (instance !== undefined) await updateIdentity(tx, identity.id, { instance })
  if (favour !== undefined) await resolveHeld(tx, favour.decision, { resolution: 'used', resolvedUnixMs: nowUnixMs })
  await useApprovals(tx, identity.id, hashesOf(request), nowUnixMs)
  await resolveWaiting(tx, machine.id, { resolution: 'closed', resolvedUnixMs: nowUnixMs })
  await updateMachine(tx, machine.id, { lastBootUnixMs: nowUnixMs })
}

/** Moves the head of the boot-token chain, and the generation where the file has moved; makes the key of the next. */
async function advance(
  tx: Tx,
  work: AdmissionWork,
  { machine, identity }: AdmissionRecord,
  { stateGeneration: generation, nextTokenHash }: PowerOnRequest,
): Promise<readonly WrappedStateKey[]> {
  await updateIdentity(tx, identity.id, {
    tokenHead: nextTokenHash,
    generation,
    confirmedUnixMs: identity.confirmedUnixMs ?? work.nowUnixMs,
  })
  await eraseStateKeysBefore(tx, identity.id, generation)

  const next = work.random(stateKeySize)
  const context = { purpose: 'state-key', machineId: machine.id, version: generation + 1 } as const
  const wrapped = work.groupKey.wrap(context, next)
  next.fill(0)
  await keepStateKey(tx, {
    identityId: identity.id,
    generation: generation + 1,
    wrapped,
    createdUnixMs: work.nowUnixMs,
  })
  return [await stateKey(tx, identity.id, generation), await stateKey(tx, identity.id, generation + 1)]
}

/** Gives the winner of a settled fork a token bound to its machine; the one it was given before is void. */
async function rekey(
  tx: Tx,
  work: AdmissionWork,
  { machine, identity, favour }: AdmissionRecord,
  request: PowerOnRequest,
): Promise<Admission> {
  if (favour === undefined) throw new TypeError('nothing was settled')
  const { decision } = favour
  await tx
    .deleteFrom('joinTokens')
    .where('settledDecision', '=', decision)
    .where('spentByKeySha256', 'is', null)
    .execute()
  const joinTokenSecret = work.random(joinTokenSecretBytes)
  const joinTokenExpiresUnixMs = work.nowUnixMs + rekeyTokenLifetimeMs
  await tx
    .insertInto('joinTokens')
    .values({
      secretSha256: sha256(joinTokenSecret),
      machineName: machine.name,
      groupName: machine.groupName,
      createdUnixMs: work.nowUnixMs,
      createdBy: favour.resolvedBy ?? '',
      expiresUnixMs: joinTokenExpiresUnixMs,
      boundMachineId: machine.id,
      settledDecision: decision,
    })
    .execute()
  const stateKeys = [await stateKey(tx, identity.id, request.stateGeneration)]
  return {
    outcome: 'rekeyed',
    decision,
    stateKeys,
    joinTokenSecret,
    joinTokenExpiresUnixMs,
    group: machine.groupName,
  }
}

async function stateKey(tx: Tx, identityId: Uint8Array, generation: number): Promise<WrappedStateKey> {
  const row = await stateKeyOf(tx, identityId, generation)
  if (row === undefined) throw new TypeError(`no state key of generation ${generation}`)
  return { generation, wrapped: row.wrapped }
}
