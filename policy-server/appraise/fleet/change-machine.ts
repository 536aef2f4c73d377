import { RpcError } from '../../../core/rpc/index.ts'
import {
  closeSettled,
  eksOf,
  endBoots,
  findBoot,
  findDecision,
  approvalsGiven,
  heldRequest,
  liveIdentity,
  otherHolder,
  recordAction,
  resolveHeld,
  resolveWaiting,
  revokeIdentity,
  stateKeyOf,
  updateIdentity,
  updateMachine,
  type Row,
  type Tx,
} from '../../store/index.ts'
import { countingAmong, type IsLiveOperator } from '../admission/approvals.ts'
import { personsAmong } from '../admission/persons.ts'
import type { HeldStreams } from '../admission/held-streams.ts'
import type { PolicyShelf } from '../../policies/index.ts'
import type { Parts } from '../parts.ts'
import { storedEvidence } from '../release/evidence-record.ts'
import { changeTier, type TierOrder } from './change-tier.ts'
import { machineMeant } from './find.ts'

/** What an operator orders, and the reason he gives for the record. */
export interface Order {
  readonly machine: string
  readonly reason: string
  readonly operator: string
  /** SHA-256 of the SPKI of his certificate. */
  readonly operatorKey?: Uint8Array
}

/** An order about one held decision. */
export interface HeldOrder extends Order {
  readonly decision: number
}

/** An acceptance, and the AK by which the person knew the machine; empty where he compared none. */
export interface Acceptance extends HeldOrder {
  readonly expectedAkName: Uint8Array
}

/** An order at work, inside its transaction. */
interface Work<Given extends Order> {
  readonly tx: Tx
  readonly machine: Row<'machines'>
  readonly order: Given
  readonly nowUnixMs: number
  readonly shelf: PolicyShelf
  readonly isLiveOperator: IsLiveOperator
}

type Change<Given extends Order> = (work: Work<Given>) => Promise<void>

/** Carries orders out: each in one transaction, on record, and the request that waits is judged again. */
export class Fleet {
  readonly #parts: Parts
  readonly #held: HeldStreams
  readonly #shelf: PolicyShelf

  constructor(parts: Parts, held: HeldStreams, shelf: PolicyShelf) {
    this.#parts = parts
    this.#held = held
    this.#shelf = shelf
  }

  /** @throws RpcError `machine/unknown`, `machine/wrong-state`, `machine/identity-changed`, `decision/not-held`. */
  accept(order: Acceptance): Promise<Uint8Array> {
    return this.#carryOut('accept', order, async (work) => {
      await refuseAnotherIdentity(work)
      await (order.decision === 0 ? acceptMachine : acceptDecision)(work)
    })
  }

  /** @throws RpcError `machine/unknown`, `machine/wrong-state`, `decision/not-held`. */
  settleFork(order: HeldOrder): Promise<Uint8Array> {
    return this.#carryOut('settle-fork', order, settleFork)
  }

  /** @throws RpcError `machine/unknown`, `machine/wrong-state`. */
  lock(order: Order): Promise<Uint8Array> {
    return this.#carryOut('lock', order, lockMachine)
  }

  /** @throws RpcError `machine/unknown`, `machine/wrong-state`. */
  unlock(order: Order): Promise<Uint8Array> {
    return this.#carryOut('unlock', order, unlockMachine)
  }

  /** @throws RpcError `machine/unknown`. */
  remove(order: Order): Promise<Uint8Array> {
    return this.#carryOut('remove', order, removeMachine)
  }

  /** @throws RpcError `machine/unknown`, `machine/wrong-state`, `machine/identity-changed`, `machine/tier-unproven`. */
  changeTier(order: TierOrder & Order & Pick<Acceptance, 'expectedAkName'>): Promise<Uint8Array> {
    return this.#carryOut(`tier ${order.tier}`, order, async (work) => {
      await refuseAnotherIdentity(work)
      const akName = (await liveIdentity(work.tx, work.machine.id))?.akName ?? null
      if (akName === null) throw wrongState('The machine has not finished its enrolment.')
      await changeTier({ ...work, akName, order })
    })
  }

  async #carryOut<Given extends Order>(action: string, order: Given, change: Change<Given>): Promise<Uint8Array> {
    const nowUnixMs = this.#parts.clock()
    const id = await this.#parts.store.transact(async (tx) => {
      const machine = await machineMeant(tx, order.machine)
      const { isLiveOperator } = this.#parts
      await change({ tx, machine, order, nowUnixMs, shelf: this.#shelf, isLiveOperator })
      const { operator, reason } = order
      await recordAction(tx, { machineId: machine.id, action, operator, reason, doneUnixMs: nowUnixMs })
      return machine.id
    })
    this.#parts.log.info({ action, machine: order.machine, operator: order.operator }, 'order carried out')
    this.#held.wake(id)
    return id
  }
}

const by = ({ order, nowUnixMs }: Work<Order>) => ({
  resolvedUnixMs: nowUnixMs,
  resolvedBy: order.operator,
  ...(order.operatorKey !== undefined && { resolvedByKey: order.operatorKey }),
  resolvedReason: order.reason,
})

const wrongState = (message: string): RpcError => new RpcError('machine/wrong-state', message)

const acceptMachine: Change<Order> = async (work) => {
  const { tx, machine } = work
  if (machine.state !== 'pending' && machine.state !== 'conflict')
    throw wrongState(`The machine is ${machine.state}: only a machine that is pending can be accepted.`)
  await refuseSharedKeys(tx, machine)
  await updateMachine(tx, machine.id, { state: 'accepted' })
  await resolveWaiting(tx, machine.id, { resolution: 'accepted', ...by(work) })
}

const acceptDecision: Change<HeldOrder> = async (work) => {
  const { tx, machine, order } = work
  const decision = await findDecision(tx, order.decision)
  if (decision === undefined || Buffer.compare(decision.machineId, machine.id) !== 0)
    throw new RpcError('decision/unknown')
  if (decision.gate === 'release' && decision.outcome === 'held') {
    await acceptCounters(tx, machine, decision)
    return
  }
  const held = await openHeld(tx, machine, order.decision)
  switch (held.heldFor) {
    case 'pending':
    case 'conflict':
      await acceptMachine(work)
      return
    case 'approval':
      if (!(await addsPerson(work, held.identityId, decision)))
        throw new RpcError(
          'decision/not-held',
          'You have approved this start already: another person has to, as the policy asks.',
        )
      await resolveHeld(tx, held.decision, { resolution: 'accepted', ...by(work) })
      return
    case 'fork':
    case 'rollback':
      throw wrongState('An older copy asked to start: settle the fork in favour of the side that is to live on.')
  }
}

/**
 * The TPM lost its counters: the count goes on from those that the person saw. Of a boot before the newest that got its keys, or
 * of a former TPM, there is nothing to accept: it would bring back what has been left behind.
 */
async function acceptCounters(tx: Tx, machine: Row<'machines'>, decision: Row<'decisions'>): Promise<void> {
  const identity = await liveIdentity(tx, machine.id)
  const boot = decision.bootId === null ? undefined : await findBoot(tx, decision.bootId)
  const evidence = await storedEvidence(tx, decision)
  const isOfIdentity =
    identity !== undefined && boot !== undefined && Buffer.compare(boot.identityId, identity.id) === 0
  if (!isOfIdentity || evidence === undefined || (machine.lastAcceptedDecision ?? 0) > decision.number)
    throw new RpcError('decision/not-held', 'The machine has gone on since: there is nothing to accept any more.')
  const { resetCount, restartCount, clock } = evidence.quote.clockInfo
  await updateIdentity(tx, identity.id, { resetCount, restartCount, clock: clock.toString() })
}

/** Whether another person would stand behind this start: nobody counts twice, by whatever certificate or name. */
async function addsPerson(
  { tx, machine, order, shelf, nowUnixMs, isLiveOperator }: Work<HeldOrder>,
  identityId: Uint8Array,
  { peer: peerAddress, instance }: Row<'decisions'>,
): Promise<boolean> {
  const { operator: by, operatorKey: key } = order
  if (key === undefined) return true
  const given = await approvalsGiven(tx, identityId)
  const policy = await shelf.inForce(tx, machine)
  const counting = countingAmong(given, {
    policy,
    peerAddress,
    instance: instance ?? undefined,
    nowUnixMs,
    isLiveOperator,
  })
  return personsAmong([...counting, { by, key }]).length > personsAmong(counting).length
}

const settleFork: Change<HeldOrder> = async (work) => {
  const { tx, machine, order } = work
  const held = await heldOf(tx, machine, order.decision)
  if (held.heldFor !== 'fork' && held.heldFor !== 'rollback')
    throw wrongState('This request is not held because of a fork.')
  // The other side of a settled fork was closed, and may be chosen after all while nobody has re-keyed.
  if (!isOpen(held) && held.resolution !== 'closed') throw notHeld(held)
  if (machine.state !== 'forked' && machine.state !== 'accepted') throw wrongState(`The machine is ${machine.state}.`)
  if ((await stateKeyOf(tx, held.identityId, held.stateGeneration)) === undefined)
    throw wrongState(
      `The state key of generation ${held.stateGeneration} was erased when the machine went on: this copy of its TPM can never be opened. Invite it as a new machine.`,
    )
  await closeSettled(tx, held.identityId)
  await resolveWaiting(tx, machine.id, { resolution: 'closed', ...by(work) })
  await resolveHeld(tx, held.decision, { resolution: 'settled', ...by(work) })
  await updateMachine(tx, machine.id, { state: 'forked' })
  await endBoots(tx, machine.id)
}

const lockMachine: Change<Order> = async ({ tx, machine }) => {
  if (machine.state === 'locked') return
  if (machine.state === 'removed') throw wrongState('The machine is removed.')
  await updateMachine(tx, machine.id, { state: 'locked', stateBeforeLock: machine.state })
  await endBoots(tx, machine.id)
}

const unlockMachine: Change<Order> = async ({ tx, machine }) => {
  if (machine.state !== 'locked') throw wrongState(`The machine is ${machine.state}, not locked.`)
  await updateMachine(tx, machine.id, { state: machine.stateBeforeLock ?? 'pending', stateBeforeLock: null })
}

const removeMachine: Change<Order> = async (work) => {
  const { tx, machine, nowUnixMs } = work
  if (machine.state === 'removed') return
  const identities = await tx
    .selectFrom('identities')
    .select('id')
    .where('machineId', '=', machine.id)
    .where('state', '<>', 'revoked')
    .execute()
  for (const { id } of identities) await revokeIdentity(tx, id, nowUnixMs)
  await updateMachine(tx, machine.id, { state: 'removed' })
  await resolveWaiting(tx, machine.id, { resolution: 'closed', ...by(work) })
  await endBoots(tx, machine.id)
}

/** @throws RpcError `decision/not-held`. */
async function openHeld(tx: Tx, machine: Row<'machines'>, decision: number): Promise<Row<'heldRequests'>> {
  const held = await heldOf(tx, machine, decision)
  if (!isOpen(held)) throw notHeld(held)
  return held
}

/** A machine that asked again after its stream broke shows the token of its former request too. */
const isOpen = ({ resolution }: Row<'heldRequests'>): boolean => resolution === null || resolution === 'superseded'

async function heldOf(tx: Tx, machine: Row<'machines'>, decision: number): Promise<Row<'heldRequests'>> {
  const held = await heldRequest(tx, decision)
  if (held === undefined || Buffer.compare(held.machineId, machine.id) !== 0) throw new RpcError('decision/not-held')
  return held
}

const notHeld = ({ resolution }: Row<'heldRequests'>): RpcError =>
  new RpcError('decision/not-held', `This request is ${resolution ?? 'open'} already.`)

/** Without this an enrolment begun anew while a person compares would be accepted in place of the one he saw. */
async function refuseAnotherIdentity({
  tx,
  machine,
  order: { expectedAkName },
}: Work<Order & Pick<Acceptance, 'expectedAkName'>>): Promise<void> {
  if (expectedAkName.length === 0) return
  const akName = (await liveIdentity(tx, machine.id))?.akName ?? new Uint8Array(0)
  if (Buffer.compare(akName, expectedAkName) !== 0) throw new RpcError('machine/identity-changed')
}

/** One TPM is one machine: while another lives with its EK or AK, neither can be told from the other. */
async function refuseSharedKeys(tx: Tx, machine: Row<'machines'>): Promise<void> {
  const identity = await liveIdentity(tx, machine.id)
  if (identity === undefined || identity.akName === null)
    throw wrongState('The machine has not finished its enrolment.')
  const eks = await eksOf(tx, identity.id)
  const holder = await otherHolder(tx, machine.id, {
    akName: identity.akName,
    ekNames: eks.map(({ ekName }) => ekName),
  })
  if (holder !== undefined) throw wrongState(`Its EK or AK is the one of ${holder}: remove one of the two.`)
}
