import type { Migration } from 'kysely'
import { firstSchema } from './0001-first-schema.ts'

/** Every step of the schema, oldest first; only ever added to. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-first-schema': firstSchema,
}
