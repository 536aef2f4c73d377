import { z } from 'zod'
import { ukiSections } from '../evidence/index.ts'
import { tiers } from './boot-policy.ts'

/** Limits of a policy: evaluating it takes bounded time. */
export const policyLimits = {
  documentChars: 1 << 20,
  names: 1024,
  networks: 256,
  digests: 256,
  components: 256,
  waivers: 256,
} as const

const name = z
  .string()
  .regex(/^[0-9A-Za-z][0-9A-Za-z._-]{0,62}$/, 'a name has up to 63 letters, digits, dots, dashes and underscores')
const names = z.array(name).min(1).max(policyLimits.names)

const digest = (bytes: number) =>
  z
    .string(`a digest of ${bytes} bytes in hexadecimal (quoted, if it has digits only)`)
    .regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`), `a digest of ${bytes} bytes in lower-case hexadecimal`)
const digests = (bytes: number) => z.array(digest(bytes)).min(1).max(policyLimits.digests).optional()

const banks = { sha256: digests(32), sha384: digests(48), sha512: digests(64) }
const pcrIndex = z.int().min(0).max(15)
const position = z.int().min(1).max(policyLimits.components)

const component = z.strictObject({
  image: position.optional().describe('Position among the images measured into PCR 4'),
  section: z
    .enum(ukiSections)
    .optional()
    .describe('Section of a unified kernel image, found in PCR 11 by the digest of its name'),
  pcr: pcrIndex.optional().describe('PCR of the event, with `event`'),
  event: position.optional().describe('Position among the events of that PCR'),
  ...banks,
})

const pcrValues = (bytes: number) =>
  z
    .record(
      z.string().regex(/^(?:[0-9]|1[0-5])$/, 'a PCR from 0 to 15'),
      z.array(digest(bytes)).min(1).max(policyLimits.digests),
    )
    .refine((values) => Object.keys(values).length > 0, 'names no PCR')
    .optional()

/** BootPolicy as it is written. */
export const bootPolicySchema = z.strictObject({
  kind: z.literal('BootPolicy'),
  name,
  machines: names.optional().describe('Machines it is for; such a policy goes before one for their group'),
  groups: names.optional().describe('Groups it is for'),
  tier: z
    .enum(tiers)
    .default('T1')
    .describe('Lowest tier of machine it is for. T0 measures itself from inside the guest and must be named'),
  admission: z.strictObject({
    networks: z
      .array(z.string())
      .min(1)
      .max(policyLimits.networks)
      .optional()
      .describe('Networks (address/prefix) from which a machine may start'),
    approval: z.enum(['none', 'everyBoot']).default('none').describe('Whether a person approves every boot'),
    acceptDiskOnlyIdentity: z
      .boolean()
      .default(false)
      .describe('Admit a machine on what its own disk holds, which a copy of the disk holds too'),
  }),
  release: z.strictObject({
    pcrs: z
      .strictObject({ sha256: pcrValues(32), sha384: pcrValues(48), sha512: pcrValues(64) })
      .optional()
      .describe('Accepted values, by bank and PCR'),
    components: z
      .record(name, component)
      .refine((components) => Object.keys(components).length > 0, 'names no component')
      .refine((components) => Object.keys(components).length <= policyLimits.components, 'too many components')
      .optional()
      .describe('Components by digest. Where components are named, nothing else may be measured'),
    secureBoot: z
      .strictObject({
        required: z.literal(true),
        authorities: z.strictObject(banks).describe('Digests of the authority events in PCR 7'),
      })
      .optional(),
    waivers: z
      .array(z.strictObject({ pcr: z.int().min(0).max(7), ...banks, reason: z.string().trim().min(1).max(1000) }))
      .min(1)
      .max(policyLimits.waivers)
      .optional()
      .describe('Unknown events in PCR 0 to 7 that are let through, each for a reason'),
  }),
})
export type BootPolicyDocument = z.output<typeof bootPolicySchema>

/** JSON Schema of BootPolicy, for editors and CI. */
export function policyJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'Bootlatch BootPolicy', ...z.toJSONSchema(bootPolicySchema, { io: 'input' }) }
}
