import { z } from 'zod'
import { announcementSchema } from './announcement.ts'
import { groupSchema } from './group-schema.ts'
import { referenceValuesSchema } from './reference-values.ts'
import { bootPolicySchema } from './schema.ts'
import { signersSchema } from './signers.ts'

/** JSON Schema of BootPolicy, for editors and CI. */
export function policyJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'Bootlatch BootPolicy', ...z.toJSONSchema(bootPolicySchema, { io: 'input' }) }
}

/** JSON Schema of ReferenceValues, for editors and CI. */
export function referenceValuesJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'Bootlatch ReferenceValues', ...z.toJSONSchema(referenceValuesSchema, { io: 'input' }) }
}

/** JSON Schema of Announcement, for editors and CI. */
export function announcementJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'Bootlatch Announcement', ...z.toJSONSchema(announcementSchema, { io: 'input' }) }
}

/** JSON Schema of Signers, for editors and CI. */
export function signersJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'Bootlatch Signers', ...z.toJSONSchema(signersSchema, { io: 'input' }) }
}

/** JSON Schema of Group, for editors and CI. */
export function groupJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'Bootlatch Group', ...z.toJSONSchema(groupSchema, { io: 'input' }) }
}
