import { type Kysely, type Migration } from 'kysely'
import { createDocumentTable } from './document-table.ts'

/** Versioned documents of reference values; decisions name the versions they were judged by; changes have a reason; several people may approve a boot. */
export const referenceValues: Migration = {
  async up(db: Kysely<unknown>) {
    await createDocumentTable(db, 'referenceValues')
    await db.schema
      .alterTable('decisions')
      .addColumn('referenceVersions', 'text', (column) => column.notNull().defaultTo('{}'))
      .execute()
    await db.schema
      .alterTable('policies')
      .addColumn('reason', 'text', (column) => column.notNull().defaultTo(''))
      .execute()
    await db.schema.alterTable('boots').addColumn('approvedBy', 'text').execute()
  },
}
