import { type Kysely, type Migration } from 'kysely'

/** A person's word is known by the certificate it was given under. */
export const approvals: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('heldRequests').addColumn('resolvedByKey', 'blob').execute()
  },
}
