import type { Row } from './schema.ts'
import type { Tx } from './store.ts'

/** The identity a machine boots with. */
export function liveIdentity(tx: Tx, machineId: Uint8Array): Promise<Row<'identities'> | undefined> {
  return tx
    .selectFrom('identities')
    .selectAll()
    .where('machineId', '=', machineId)
    .where('state', '=', 'live')
    .executeTakeFirst()
}

export function findIdentity(tx: Tx, id: Uint8Array): Promise<Row<'identities'> | undefined> {
  return tx.selectFrom('identities').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The identity of a machine key that is not revoked. */
export function identityOfKey(tx: Tx, machineKeySha256: Uint8Array): Promise<Row<'identities'> | undefined> {
  return tx
    .selectFrom('identities')
    .selectAll()
    .where('machineKeySha256', '=', machineKeySha256)
    .where('state', '<>', 'revoked')
    .executeTakeFirst()
}

export async function updateIdentity(
  tx: Tx,
  id: Uint8Array,
  change: Partial<Omit<Row<'identities'>, 'id' | 'machineId'>>,
): Promise<void> {
  await tx.updateTable('identities').set(change).where('id', '=', id).execute()
}

/** Ends an identity for good: its certificate is refused from now on, its state keys are erased. */
export async function revokeIdentity(tx: Tx, id: Uint8Array, revokedUnixMs: number): Promise<void> {
  await updateIdentity(tx, id, { state: 'revoked', revokedUnixMs })
  await tx.deleteFrom('stateKeys').where('identityId', '=', id).execute()
}

export function eksOf(tx: Tx, identityId: Uint8Array): Promise<readonly Row<'identityEks'>[]> {
  return tx.selectFrom('identityEks').selectAll().where('identityId', '=', identityId).orderBy('position').execute()
}

/** Whether another machine that is not removed lives with one of these endorsement keys or this attestation key. */
export async function otherHolder(
  tx: Tx,
  machineId: Uint8Array,
  names: { readonly ekNames: readonly Uint8Array[]; readonly akName: Uint8Array },
): Promise<string | undefined> {
  const row = await tx
    .selectFrom('identities')
    .innerJoin('machines', 'machines.id', 'identities.machineId')
    .leftJoin('identityEks', 'identityEks.identityId', 'identities.id')
    .select('machines.name')
    .where('identities.machineId', '<>', machineId)
    .where('identities.state', '<>', 'revoked')
    .where((where) =>
      where.or([where('identities.akName', '=', names.akName), where('identityEks.ekName', 'in', [...names.ekNames])]),
    )
    .limit(1)
    .executeTakeFirst()
  return row?.name
}

/** The newest identity of a machine with this key, revoked ones too: who shows a revoked key is refused on record. */
export function identityOfMachineKey(
  tx: Tx,
  machineId: Uint8Array,
  machineKeySha256: Uint8Array,
): Promise<Row<'identities'> | undefined> {
  return tx
    .selectFrom('identities')
    .selectAll()
    .where('machineId', '=', machineId)
    .where('machineKeySha256', '=', machineKeySha256)
    .orderBy('createdUnixMs', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** The identity to show of a machine: the live one, or else the newest. */
export async function identityShown(tx: Tx, machineId: Uint8Array): Promise<Row<'identities'> | undefined> {
  return (
    (await liveIdentity(tx, machineId)) ??
    (await tx
      .selectFrom('identities')
      .selectAll()
      .where('machineId', '=', machineId)
      .orderBy('createdUnixMs', 'desc')
      .limit(1)
      .executeTakeFirst())
  )
}
