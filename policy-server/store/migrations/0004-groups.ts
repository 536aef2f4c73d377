import { type Kysely, type Migration } from 'kysely'

/** Versioned documents of groups; decisions name the versions that took part. */
export const groups: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('groupDocuments')
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .addColumn('source', 'text', (column) => column.notNull())
      .addColumn('appliedUnixMs', 'integer', (column) => column.notNull())
      .addColumn('appliedBy', 'text', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull().defaultTo(''))
      .addPrimaryKeyConstraint('pk_groupDocuments', ['name', 'version'])
      .execute()
    await db.schema
      .alterTable('decisions')
      .addColumn('groupVersions', 'text', (column) => column.notNull().defaultTo('{}'))
      .execute()
  },
}
