import { type Kysely, type Migration } from 'kysely'
import { createDocumentTable } from './document-table.ts'

/** Versioned documents of groups; decisions name the versions that took part. */
export const groups: Migration = {
  async up(db: Kysely<unknown>) {
    await createDocumentTable(db, 'groupDocuments')
    await db.schema
      .alterTable('decisions')
      .addColumn('groupVersions', 'text', (column) => column.notNull().defaultTo('{}'))
      .execute()
  },
}
