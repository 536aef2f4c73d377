import { findBoot, type Row, type Store, type Tx } from '../../store/index.ts'
import { approversOf } from '../release/read-record.ts'

/** A boot whose evidence verified, as it is on record. */
export interface RecordedBoot {
  readonly decision: number
  readonly boot: Row<'boots'> | undefined
  readonly approvedBy: readonly string[]
  readonly peerAddress: string
  readonly nowUnixMs: number
  /** Its evidence is read when its turn comes: that of many boots would fill the memory. */
  readonly evidenceSha256: Uint8Array | null
}

/** A machine that is not removed, with its newest recorded boots. */
export interface MachineBoots {
  readonly machine: Row<'machines'>
  readonly boots: readonly RecordedBoot[]
  /** From 1. */
  readonly at: number
  readonly total: number
}

const machinesPerPage = 32

/** Every machine in the order of ids, a page at a time: what changes meanwhile is seen or not, and nothing waits long. */
export async function* recordedBoots(
  store: Store,
  wanted: { readonly last: number; readonly sinceUnixMs: number },
): AsyncGenerator<MachineBoots, void, void> {
  const total = await store.transact(countMachines)
  let after = new Uint8Array(0)
  let at = 0
  for (;;) {
    const page = await store.transact((tx) => machinesAfter(tx, after))
    for (const machine of page) {
      at += 1
      const boots = await store.transact((tx) => bootsOf(tx, machine, wanted))
      yield { machine, boots, at, total: Math.max(total, at) }
    }
    const last = page.at(-1)
    if (last === undefined || page.length < machinesPerPage) return
    after = new Uint8Array(last.id)
  }
}

async function countMachines(tx: Tx): Promise<number> {
  const { count } = await tx
    .selectFrom('machines')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('state', '<>', 'removed')
    .executeTakeFirstOrThrow()
  return count
}

function machinesAfter(tx: Tx, id: Uint8Array): Promise<readonly Row<'machines'>[]> {
  return tx
    .selectFrom('machines')
    .selectAll()
    .where('state', '<>', 'removed')
    .where('id', '>', id)
    .orderBy('id')
    .limit(machinesPerPage)
    .execute()
}

async function bootsOf(
  tx: Tx,
  machine: Row<'machines'>,
  { last, sinceUnixMs }: { readonly last: number; readonly sinceUnixMs: number },
): Promise<readonly RecordedBoot[]> {
  const rows = await tx
    .selectFrom('decisions')
    .select(['number', 'bootId', 'peer', 'decidedUnixMs', 'evidenceSha256'])
    .where('machineId', '=', machine.id)
    .where('verified', '=', 1)
    .where('evidenceSha256', 'is not', null)
    .where('decidedUnixMs', '>=', sinceUnixMs)
    .orderBy('number', 'desc')
    .limit(last)
    .execute()
  const boots: RecordedBoot[] = []
  for (const { number, bootId, peer, decidedUnixMs, evidenceSha256 } of rows) {
    const boot = bootId === null ? undefined : await findBoot(tx, bootId)
    const approvedBy = await approversOf(tx, boot)
    boots.push({ decision: number, boot, approvedBy, peerAddress: peer, nowUnixMs: decidedUnixMs, evidenceSha256 })
  }
  return boots
}
