import { z } from 'zod'
import { groupSchema } from './group-schema.ts'
import { referenceValuesSchema } from './reference-values.ts'
import { bootPolicySchema } from './schema.ts'

/** JSON Schema of BootPolicy, for editors and CI. */
export function policyJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'Bootlatch BootPolicy', ...z.toJSONSchema(bootPolicySchema, { io: 'input' }) }
}

/** JSON Schema of ReferenceValues, for editors and CI. */
export function referenceValuesJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'Bootlatch ReferenceValues', ...z.toJSONSchema(referenceValuesSchema, { io: 'input' }) }
}

/** JSON Schema of Group, for editors and CI. */
export function groupJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'Bootlatch Group', ...z.toJSONSchema(groupSchema, { io: 'input' }) }
}
