import { type Kysely, type Migration } from 'kysely'

/** Who said where the TPM of a machine stands, of which AK, and why. */
export const tierWords: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('tierWords')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('machineId', 'blob', (column) => column.notNull())
      .addColumn('akName', 'blob', (column) => column.notNull())
      .addColumn('tier', 'text', (column) => column.notNull())
      .addColumn('operator', 'text', (column) => column.notNull())
      .addColumn('operatorKey', 'blob', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('saidUnixMs', 'integer', (column) => column.notNull())
      .addColumn('endedUnixMs', 'integer')
      .addForeignKeyConstraint('fk_tierWords_machineId', ['machineId'], 'machines', ['id'])
      .execute()
  },
}
