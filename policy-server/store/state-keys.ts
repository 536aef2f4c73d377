import type { Row } from './schema.ts'
import type { Tx } from './store.ts'

export function stateKeyOf(tx: Tx, identityId: Uint8Array, generation: number): Promise<Row<'stateKeys'> | undefined> {
  return tx
    .selectFrom('stateKeys')
    .selectAll()
    .where('identityId', '=', identityId)
    .where('generation', '=', generation)
    .executeTakeFirst()
}

/** Keeps a new state key, unless one of this generation exists: the one first written stays the key. */
export async function keepStateKey(tx: Tx, key: Row<'stateKeys'>): Promise<void> {
  await tx
    .insertInto('stateKeys')
    .values(key)
    .onConflict((conflict) => conflict.columns(['identityId', 'generation']).doNothing())
    .execute()
}

/** Erases the keys of all generations before one. */
export async function eraseStateKeysBefore(tx: Tx, identityId: Uint8Array, generation: number): Promise<void> {
  await tx.deleteFrom('stateKeys').where('identityId', '=', identityId).where('generation', '<', generation).execute()
}
