import { type Kysely, type Migration } from 'kysely'

/** Announcements whose time was seen to be over: a clock that is set back does not bring them back. */
export const endedAnnouncements: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('endedAnnouncements')
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('endedUnixMs', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('pk_endedAnnouncements', ['name', 'version'])
      .addForeignKeyConstraint('fk_endedAnnouncements_version', ['name', 'version'], 'announcements', [
        'name',
        'version',
      ])
      .execute()
  },
}
