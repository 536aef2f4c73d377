import type { NewRow, Row } from './schema.ts'
import type { Tx } from './store.ts'

/** Writes a decision down under the next number. Numbers have no gaps: the counter moves in the same transaction. */
export async function recordDecision(tx: Tx, decision: Omit<NewRow<'decisions'>, 'number'>): Promise<number> {
  const { value: number } = await tx
    .updateTable('counters')
    .set((set) => ({ value: set('value', '+', 1) }))
    .where('name', '=', 'decisions')
    .returning('value')
    .executeTakeFirstOrThrow()
  await tx
    .insertInto('decisions')
    .values({ ...decision, number })
    .execute()
  return number
}

export function findDecision(tx: Tx, number: number): Promise<Row<'decisions'> | undefined> {
  return tx.selectFrom('decisions').selectAll().where('number', '=', number).executeTakeFirst()
}

/** Newest first. */
export function listDecisions(
  tx: Tx,
  wanted: { readonly machineId: Uint8Array | undefined; readonly before: number | undefined; readonly limit: number },
): Promise<readonly Row<'decisions'>[]> {
  let query = tx.selectFrom('decisions').selectAll()
  if (wanted.machineId !== undefined) query = query.where('machineId', '=', wanted.machineId)
  if (wanted.before !== undefined) query = query.where('number', '<', wanted.before)
  return query.orderBy('number', 'desc').limit(wanted.limit).execute()
}

/** The newest decision of a machine whose evidence verified, whatever policy said of it. */
export function newestVerified(tx: Tx, machineId: Uint8Array): Promise<Row<'decisions'> | undefined> {
  return tx
    .selectFrom('decisions')
    .selectAll()
    .where('machineId', '=', machineId)
    .where('verified', '=', 1)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** Keeps evidence once, by its digest. */
export async function keepEvidence(tx: Tx, sha256: Uint8Array, bytes: Uint8Array): Promise<void> {
  await tx
    .insertInto('evidence')
    .values({ sha256, bytes })
    .onConflict((conflict) => conflict.column('sha256').doNothing())
    .execute()
}

/** The evidence of a decision, where it had any. */
export async function evidenceOf(
  tx: Tx,
  decision: Pick<Row<'decisions'>, 'evidenceSha256'>,
): Promise<Uint8Array | undefined> {
  if (decision.evidenceSha256 === null) return undefined
  const row = await tx
    .selectFrom('evidence')
    .select('bytes')
    .where('sha256', '=', decision.evidenceSha256)
    .executeTakeFirst()
  return row?.bytes
}
