import type { NewRow, Row } from './schema.ts'
import type { Tx } from './store.ts'

export async function recordAction(tx: Tx, action: NewRow<'operatorActions'>): Promise<void> {
  await tx.insertInto('operatorActions').values(action).execute()
}

/** The newest first. */
export function actionsOn(tx: Tx, machineId: Uint8Array, limit: number): Promise<readonly Row<'operatorActions'>[]> {
  return tx
    .selectFrom('operatorActions')
    .selectAll()
    .where('machineId', '=', machineId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}
