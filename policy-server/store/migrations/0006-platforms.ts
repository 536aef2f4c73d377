import { type Kysely, type Migration } from 'kysely'

/** What platforms say of machines: the document of each boot, the instance of each identity, and of each decision about a start. */
export const platforms: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('boots').addColumn('platform', 'blob').execute()
    await db.schema.alterTable('identities').addColumn('instance', 'text').execute()
    await db.schema.alterTable('decisions').addColumn('instance', 'text').execute()
  },
}
