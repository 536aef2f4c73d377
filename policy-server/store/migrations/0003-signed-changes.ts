import { sql, type Kysely, type Migration } from 'kysely'
import { createDocumentTable } from './document-table.ts'

/** Documents that wait for signatures, announcements of updates with what became of them, and who may sign. */
export const signedChanges: Migration = {
  async up(db: Kysely<unknown>) {
    for (const table of ['announcements', 'signers']) await createDocumentTable(db, table)
    await db.schema
      .createTable('proposals')
      .addColumn('number', 'integer', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('document', 'text', (column) => column.notNull())
      .addColumn('source', 'text', (column) => column.notNull())
      .addColumn('proposedUnixMs', 'integer', (column) => column.notNull())
      .addColumn('proposedBy', 'text', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('endedUnixMs', 'integer')
      .addColumn('endedBy', 'text')
      .addColumn('endedReason', 'text')
      .addPrimaryKeyConstraint('pk_proposals', ['number'])
      .execute()
    await db.schema
      .createTable('changeSignatures')
      .addColumn('proposal', 'integer', (column) => column.notNull())
      .addColumn('keyId', 'text', (column) => column.notNull())
      .addColumn('engineer', 'text', (column) => column.notNull())
      .addColumn('algorithm', 'text', (column) => column.notNull())
      .addColumn('protectedHeader', 'text', (column) => column.notNull())
      .addColumn('signature', 'text', (column) => column.notNull())
      .addColumn('addedUnixMs', 'integer', (column) => column.notNull())
      .addColumn('addedBy', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('pk_changeSignatures', ['proposal', 'keyId'])
      .addForeignKeyConstraint('fk_changeSignatures_proposal', ['proposal'], 'proposals', ['number'])
      .execute()
    await db.schema
      .createTable('announcementUses')
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('machineId', 'blob', (column) => column.notNull())
      .addColumn('ordinal', 'integer', (column) => column.notNull())
      .addColumn('decision', 'integer', (column) => column.notNull())
      .addColumn('usedUnixMs', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('pk_announcementUses', ['name', 'version', 'machineId', 'ordinal'])
      .addForeignKeyConstraint('fk_announcementUses_version', ['name', 'version'], 'announcements', ['name', 'version'])
      .addForeignKeyConstraint('fk_announcementUses_decision', ['decision'], 'decisions', ['number'])
      .execute()
    await db.schema
      .createTable('withdrawnAnnouncements')
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('withdrawnUnixMs', 'integer', (column) => column.notNull())
      .addColumn('withdrawnBy', 'text', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('pk_withdrawnAnnouncements', ['name', 'version'])
      .addForeignKeyConstraint('fk_withdrawnAnnouncements_version', ['name', 'version'], 'announcements', [
        'name',
        'version',
      ])
      .execute()
    await sql`insert into counters (name, value) values ('proposals', 0)`.execute(db)
  },
}
