import type { Migration } from 'kysely'
import { firstSchema } from './0001-first-schema.ts'
import { referenceValues } from './0002-reference-values.ts'
import { signedChanges } from './0003-signed-changes.ts'
import { groups } from './0004-groups.ts'
import { approvals } from './0005-approvals.ts'
import { platforms } from './0006-platforms.ts'
import { endedAnnouncements } from './0007-ended-announcements.ts'
import { retiredResultKeys } from './0008-retired-result-keys.ts'
import { tierWords } from './0009-tier-words.ts'

/** Every step of the schema, oldest first; only ever added to. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-first-schema': firstSchema,
  '0002-reference-values': referenceValues,
  '0003-signed-changes': signedChanges,
  '0004-groups': groups,
  '0005-approvals': approvals,
  '0006-platforms': platforms,
  '0007-ended-announcements': endedAnnouncements,
  '0008-retired-result-keys': retiredResultKeys,
  '0009-tier-words': tierWords,
}
