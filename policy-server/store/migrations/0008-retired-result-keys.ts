import { type Kysely, type Migration } from 'kysely'

/** When somebody had the keys that sign attestation results replaced before their time, and why. */
export const retiredResultKeys: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('retiredResultKeys')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('keys', 'integer', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('retiredUnixMs', 'integer', (column) => column.notNull())
      .execute()
  },
}
