import type { NewRow, Row } from './schema.ts'
import type { Tx } from './store.ts'

/** Words for a machine's tier that stand, the oldest first. */
export function tierWordsOf(tx: Tx, machineId: Uint8Array): Promise<readonly Row<'tierWords'>[]> {
  return tx
    .selectFrom('tierWords')
    .selectAll()
    .where('machineId', '=', machineId)
    .where('endedUnixMs', 'is', null)
    .orderBy('id')
    .execute()
}

export async function sayTier(tx: Tx, word: NewRow<'tierWords'>): Promise<void> {
  await tx.insertInto('tierWords').values(word).execute()
}

/** From now on they count for nothing; they stay on record. */
export async function endTierWords(tx: Tx, ids: readonly number[], endedUnixMs: number): Promise<void> {
  if (ids.length > 0) await tx.updateTable('tierWords').set({ endedUnixMs }).where('id', 'in', ids).execute()
}
