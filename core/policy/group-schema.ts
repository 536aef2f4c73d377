import { z } from 'zod'
import { tiers } from './boot-policy.ts'
import { admissionRules, quotedBanks, releaseRules } from './rule-schema.ts'
import { policyName as name } from './schema-words.ts'
import { mostSigners } from './signers.ts'

/** Group as it is written. */
export const groupSchema = z.strictObject({
  kind: z.literal('Group'),
  name: name.describe('The group that machines were invited into'),
  parent: name.optional().describe('The group whose rules hold for this one as well; it has a document already'),
  policy: name
    .optional()
    .describe('BootPolicy of its machines, and of groups below that name none; one that names a machine goes before'),
  changes: z
    .strictObject({
      signatures: z
        .int()
        .min(1)
        .max(mostSigners)
        .describe('How many different engineers sign every document that is about its machines'),
    })
    .optional()
    .describe('What holds for changes of documents; groups below can only ask for more'),
  require: z
    .strictObject({
      tier: z.enum(tiers).optional().describe('Lowest tier of machine; T2 and T3 are of no machine in this version'),
      quote: z
        .strictObject({ banks: quotedBanks })
        .optional()
        .describe('Banks that are quoted beside those of the policy'),
      admission: z
        .strictObject({
          ...admissionRules,
          offDiskFactor: z
            .literal('required')
            .optional()
            .describe('Nothing is admitted on what its disk holds alone, whatever a policy accepts'),
        })
        .optional(),
      release: z
        .strictObject({
          ...releaseRules,
          waivers: z.literal('none').optional().describe('No policy lets unknown events through'),
          binding: z.literal('tpm').optional().describe('Every released key is bound to the TPM'),
        })
        .optional(),
    })
    .optional()
    .describe('What holds for every machine of the group and of all groups below, beside its policy'),
})
export type GroupDocument = z.output<typeof groupSchema>
