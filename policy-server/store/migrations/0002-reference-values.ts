import { type Kysely, type Migration } from 'kysely'

/** Versioned documents of reference values; decisions name the versions they were judged by; changes have a reason; several people may approve a boot. */
export const referenceValues: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('referenceValues')
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .addColumn('source', 'text', (column) => column.notNull())
      .addColumn('appliedUnixMs', 'integer', (column) => column.notNull())
      .addColumn('appliedBy', 'text', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull().defaultTo(''))
      .addPrimaryKeyConstraint('pk_referenceValues', ['name', 'version'])
      .execute()
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
