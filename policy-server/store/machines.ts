import type { Row } from './schema.ts'
import type { Tx } from './store.ts'

export function findMachine(tx: Tx, id: Uint8Array): Promise<Row<'machines'> | undefined> {
  return tx.selectFrom('machines').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The machine of this name that is not removed. */
export function machineNamed(tx: Tx, name: string): Promise<Row<'machines'> | undefined> {
  return tx
    .selectFrom('machines')
    .selectAll()
    .where('name', '=', name)
    .where('state', '<>', 'removed')
    .executeTakeFirst()
}

/** By name. */
export function listMachines(tx: Tx): Promise<readonly Row<'machines'>[]> {
  return tx.selectFrom('machines').selectAll().where('state', '<>', 'removed').orderBy('name').execute()
}

export async function updateMachine(
  tx: Tx,
  id: Uint8Array,
  change: Partial<Omit<Row<'machines'>, 'id'>>,
): Promise<void> {
  await tx.updateTable('machines').set(change).where('id', '=', id).execute()
}

export async function raiseAlarm(tx: Tx, machineId: Uint8Array, raisedUnixMs: number, text: string): Promise<void> {
  await tx.insertInto('alarms').values({ machineId, raisedUnixMs, text }).execute()
}

/** Newest first. */
export async function alarmsOf(tx: Tx, machineId: Uint8Array): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('alarms')
    .select('text')
    .where('machineId', '=', machineId)
    .orderBy('id', 'desc')
    .execute()
  return rows.map(({ text }) => text)
}
