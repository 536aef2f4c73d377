import { toHex } from '../../../core/bytes/index.ts'
import type { Row, Store, Tx } from '../../store/index.ts'
import { approversOf } from '../release/read-record.ts'

/** A boot whose evidence verified, as it is on record. */
export interface RecordedBoot {
  readonly decision: number
  readonly boot: Row<'boots'> | undefined
  readonly approvedBy: readonly string[]
  readonly peerAddress: string
  readonly nowUnixMs: number
  readonly evidenceSha256: Uint8Array
}

/** A machine that is not removed, with its newest recorded boots. */
export interface MachineBoots {
  readonly machine: Row<'machines'>
  readonly boots: readonly RecordedBoot[]
}

/** A page of machines. What is asked about one is asked about all of them at once: most of a preview would be waiting. */
export interface BootsPage {
  readonly machines: readonly MachineBoots[]
  /** Machines up to the end of this page. */
  readonly done: number
  readonly total: number
}

interface Wanted {
  readonly last: number
  readonly sinceUnixMs: number
}

const machinesPerPage = 64

/** Every machine in the order of ids, a page at a time: what changes meanwhile is seen or not, and nothing waits long. */
export async function* recordedBoots(store: Store, wanted: Wanted): AsyncGenerator<BootsPage, void, void> {
  const total = await store.transact(countMachines)
  let after = new Uint8Array(0)
  let done = 0
  for (;;) {
    const machines = await store.transact((tx) => machinesAfter(tx, after, wanted))
    done += machines.length
    if (machines.length > 0) yield { machines, done, total: Math.max(total, done) }
    const last = machines.at(-1)
    if (last === undefined || machines.length < machinesPerPage) return
    after = new Uint8Array(last.machine.id)
  }
}

/** Evidence of some boots, by its digest in hexadecimal. */
export async function evidenceOfBoots(
  tx: Tx,
  boots: readonly RecordedBoot[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const digests = boots.map(({ evidenceSha256 }) => evidenceSha256)
  if (digests.length === 0) return new Map()
  const rows = await tx.selectFrom('evidence').selectAll().where('sha256', 'in', digests).execute()
  return new Map(rows.map(({ sha256, bytes }) => [toHex(sha256), bytes]))
}

async function countMachines(tx: Tx): Promise<number> {
  const { count } = await tx
    .selectFrom('machines')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('state', '<>', 'removed')
    .executeTakeFirstOrThrow()
  return count
}

async function machinesAfter(tx: Tx, id: Uint8Array, wanted: Wanted): Promise<readonly MachineBoots[]> {
  const machines = await tx
    .selectFrom('machines')
    .selectAll()
    .where('state', '<>', 'removed')
    .where('id', '>', id)
    .orderBy('id')
    .limit(machinesPerPage)
    .execute()
  const boots = await bootsOf(
    tx,
    machines.map((machine) => machine.id),
    wanted,
  )
  return machines.map((machine) => ({ machine, boots: boots.get(toHex(machine.id)) ?? [] }))
}

/** The newest boots of each of these machines, by the machine's id in hexadecimal. */
async function bootsOf(
  tx: Tx,
  machineIds: readonly Uint8Array[],
  wanted: Wanted,
): Promise<ReadonlyMap<string, readonly RecordedBoot[]>> {
  const decisions = await newestVerified(tx, machineIds, wanted)
  const boots = await bootsById(
    tx,
    decisions.flatMap(({ bootId }) => (bootId === null ? [] : [bootId])),
  )
  const recorded = new Map<string, RecordedBoot[]>()
  for (const { machineId, number, bootId, peer, decidedUnixMs, evidenceSha256 } of decisions) {
    if (evidenceSha256 === null) continue
    const boot = bootId === null ? undefined : boots.get(toHex(bootId))
    const approvedBy = await approversOf(tx, boot)
    const of = recorded.get(toHex(machineId)) ?? []
    of.push({ decision: number, boot, approvedBy, peerAddress: peer, nowUnixMs: decidedUnixMs, evidenceSha256 })
    recorded.set(toHex(machineId), of)
  }
  return recorded
}

async function newestVerified(tx: Tx, machineIds: readonly Uint8Array[], { last, sinceUnixMs }: Wanted) {
  if (machineIds.length === 0) return []
  const numbered = tx
    .selectFrom('decisions')
    .select(['machineId', 'number', 'bootId', 'peer', 'decidedUnixMs', 'evidenceSha256'])
    .select((select) =>
      select.fn
        .agg<number>('row_number')
        .over((over) => over.partitionBy('machineId').orderBy('number', 'desc'))
        .as('newest'),
    )
    .where('machineId', 'in', machineIds)
    .where('verified', '=', 1)
    .where('evidenceSha256', 'is not', null)
    .where('decidedUnixMs', '>=', sinceUnixMs)
  return await tx
    .selectFrom(numbered.as('numbered'))
    .selectAll()
    .where('newest', '<=', last)
    .orderBy('machineId')
    .orderBy('number', 'desc')
    .execute()
}

async function bootsById(tx: Tx, ids: readonly Uint8Array[]): Promise<ReadonlyMap<string, Row<'boots'>>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.selectFrom('boots').selectAll().where('id', 'in', ids).execute()
  return new Map(rows.map((row) => [toHex(row.id), row]))
}
