import { type Kysely } from 'kysely'

/** A table of versions of documents, as each kind of them has one. */
export async function createDocumentTable(db: Kysely<unknown>, name: string): Promise<void> {
  await db.schema
    .createTable(name)
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('document', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('appliedUnixMs', 'integer', (column) => column.notNull())
    .addColumn('appliedBy', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull().defaultTo(''))
    .addPrimaryKeyConstraint(`pk_${name}`, ['name', 'version'])
    .execute()
}
