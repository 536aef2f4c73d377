import type { DocumentKind } from '../../core/policy/index.ts'
import type { Row, Schema, Tx } from '../store/index.ts'

/** Where documents of a kind are kept: every version that ever was in force, none ever changed. */
export const documentTables = {
  BootPolicy: 'policies',
  ReferenceValues: 'referenceValues',
  Announcement: 'announcements',
  Signers: 'signers',
  Group: 'groupDocuments',
} as const satisfies Record<DocumentKind, keyof Schema>
type DocumentTable = (typeof documentTables)[DocumentKind]

export const documentKinds = Object.keys(documentTables) as readonly DocumentKind[]

/**
 * The kind of document that has a name: no two kinds share one, but that groups stand apart, since they are named after what
 * machines were invited into, as policies often are. A group is found last.
 */
export async function kindNamed(tx: Tx, name: string): Promise<DocumentKind | undefined> {
  for (const kind of documentKinds) if ((await newestVersion(tx, documentTables[kind], name)) !== undefined) return kind
  return undefined
}

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
