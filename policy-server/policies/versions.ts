import type { Row, Tx } from '../store/index.ts'

/** Where documents of a kind are kept: every version of them, none ever changed. */
export type DocumentTable = 'policies' | 'referenceValues'

/** By name. */
export function newestVersions(
  tx: Tx,
  table: DocumentTable,
): Promise<readonly { readonly name: string; readonly version: number }[]> {
  return tx
    .selectFrom(table)
    .select((select) => ['name', select.fn.max('version').as('version')])
    .groupBy('name')
    .orderBy('name')
    .execute()
}

export function documentVersion(
  tx: Tx,
  table: DocumentTable,
  name: string,
  version: number,
): Promise<Row<'policies'> | undefined> {
  return tx.selectFrom(table).selectAll().where('name', '=', name).where('version', '=', version).executeTakeFirst()
}

export function newestVersion(tx: Tx, table: DocumentTable, name: string): Promise<Row<'policies'> | undefined> {
  return tx
    .selectFrom(table)
    .selectAll()
    .where('name', '=', name)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
}
