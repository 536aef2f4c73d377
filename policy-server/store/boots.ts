import type { Row } from './schema.ts'
import type { Tx } from './store.ts'

export function findBoot(tx: Tx, id: Uint8Array): Promise<Row<'boots'> | undefined> {
  return tx.selectFrom('boots').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The address from which an enrolment was admitted last; undefined where it never was. */
export async function startedFrom(tx: Tx, identityId: Uint8Array): Promise<string | undefined> {
  const row = await tx
    .selectFrom('boots')
    .innerJoin('decisions', 'decisions.number', 'boots.admittedDecision')
    .select('decisions.peer')
    .where('boots.identityId', '=', identityId)
    .orderBy('boots.admittedDecision', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.peer
}

/** Ends all boots of a machine: none has a right to a release any more, nor to the answer it was given. */
export async function endBoots(tx: Tx, machineId: Uint8Array): Promise<void> {
  await tx
    .updateTable('boots')
    .set({ ended: 'superseded' })
    .where('machineId', '=', machineId)
    .where((where) => where.or([where('ended', 'is', null), where('ended', '=', 'released')]))
    .execute()
}
