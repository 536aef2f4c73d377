import { z } from 'zod'
import { bindings, tiers } from './boot-policy.ts'
import { admissionRules, policyLimits, quotedBanks, releaseRules, waiverRules } from './rule-schema.ts'
import { policyName as name } from './schema-words.ts'

const names = z.array(name).min(1).max(policyLimits.names)

/** BootPolicy as it is written. */
export const bootPolicySchema = z.strictObject({
  kind: z.literal('BootPolicy'),
  name,
  machines: names.optional().describe('Machines it is for; such a policy goes before one for their group'),
  groups: names.optional().describe('Groups it is for; documents of kind Group can name it as well'),
  tier: z
    .enum(tiers)
    .default('T1')
    .describe(
      'Lowest tier of machine it is for. T0 measures itself from inside the guest and must be named; T2 and T3 are of no machine in this version',
    ),
  quote: z
    .strictObject({
      banks: quotedBanks,
      pcrs: z
        .array(z.int().min(0).max(15))
        .min(1)
        .max(16)
        .optional()
        .describe('PCRs that are quoted, at least 0 to 7 and 15; 0 to 9 and 11 to 15, if not said'),
    })
    .optional()
    .describe('What a machine quotes for its keys'),
  admission: z.strictObject({
    ...admissionRules,
    acceptDiskOnlyIdentity: z
      .boolean()
      .default(false)
      .describe('Admit a machine on what its own disk holds, which a copy of the disk holds too'),
  }),
  release: z.strictObject({
    ...releaseRules,
    waivers: waiverRules,
    binding: z
      .enum(bindings)
      .default('session')
      .describe('What a released key is bound to: the request that asked for it, or the TPM and this boot of it'),
    oncePerBoot: z.literal(true).default(true).describe('Keys are released once in a boot; nothing else can be said'),
  }),
})
export type BootPolicyDocument = z.output<typeof bootPolicySchema>
