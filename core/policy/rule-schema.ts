import { z } from 'zod'
import { ukiSections } from '../evidence/index.ts'
import { bankNames } from './banks.ts'
import { forkAnswers } from './boot-policy.ts'
import { instanceAnswers } from './platform-rule.ts'
import { policyName as name, someDigest as digest } from './schema-words.ts'
import { weekdays } from './windows.ts'

/** Limits of a policy: evaluating it takes bounded time. */
export const policyLimits = {
  documentChars: 1 << 20,
  names: 1024,
  networks: 256,
  digests: 256,
  components: 256,
  waivers: 256,
  windows: 64,
  approvals: 8,
  words: 256,
  patternChars: 256,
  hashes: 4096,
  volumes: 64,
  instances: 1024,
  claims: 32,
} as const

const digests = (bytes: number) => z.array(digest(bytes)).min(1).max(policyLimits.digests).optional()

const setNamePattern = /^[0-9A-Za-z][0-9A-Za-z._-]{0,62}\/[0-9A-Za-z][0-9A-Za-z._-]{0,62}$/
const setName = z.string().regex(setNamePattern, 'a set of reference values is written document/set')
/** Sets of ReferenceValues. */
export const setNames = z.array(setName).min(1).max(16)
const banks = {
  sha256: digests(32),
  sha384: digests(48),
  sha512: digests(64),
  reference: setNames
    .optional()
    .describe('Sets of ReferenceValues, as document/set; one of their values is accepted as well'),
}
const pcrIndex = z.int().min(0).max(15)
const position = z.int().min(1).max(policyLimits.components)

const line = z.string().regex(/^[\x20-\x7e]{1,4096}$/, 'a text of printable ASCII')
/** Texts, letter for letter. */
export const textLines = z.array(line).min(1).max(policyLimits.words)
const lines = textLines.optional()
const word = z.string().regex(/^[\x21-\x7e]{1,512}$/, 'one word of printable ASCII')
const words = z.array(word).min(1).max(policyLimits.words).optional()
/** Texts are printable ASCII. In a class of what may not follow, a blank that is none would let blanks through unseen. */
const pattern = z
  .string()
  .max(policyLimits.patternChars)
  .regex(/^[\x20-\x7e]+$/, 'a pattern of printable ASCII')
const patterns = z.array(pattern).min(1).max(policyLimits.words).optional()

const text = z
  .strictObject({
    equals: lines.describe('One of these texts'),
    must: words.describe('Words that stand in it; a name given a value here has no other'),
    mustNot: words.describe('Names of parameters that do not stand in it, with a value or without'),
    words: patterns.describe('Every word matches one of these patterns (RE2) as a whole'),
    matches: patterns.describe('The text matches one of these patterns (RE2) as a whole'),
  })
  .describe('What the measured text says; its digest has to be the one that was measured')

const component = z.strictObject({
  image: position.optional().describe('Position among the images measured into PCR 4'),
  section: z
    .enum(ukiSections)
    .optional()
    .describe('Section of a unified kernel image, found in PCR 11 by the digest of its name'),
  pcr: pcrIndex.optional().describe('PCR of the event, with `event`; with `text` alone, every event of it'),
  event: position.optional().describe('Position among the events of that PCR'),
  ...banks,
  text: text.optional(),
})

const pcrKey = z.string().regex(/^(?:[0-9]|1[0-5])$/, 'a PCR from 0 to 15')
const byPcr = <Value extends z.ZodType>(value: Value) =>
  z
    .record(pcrKey, value)
    .refine((values) => Object.keys(values).length > 0, 'names no PCR')
    .optional()
const pcrValues = (bytes: number) => byPcr(z.array(digest(bytes)).min(1).max(policyLimits.digests))

const timeOfDay = z.string().regex(/^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/, 'a time of day is written "08:30", quoted')
const duration = z.string().regex(/^[1-9][0-9]{0,4}[smh]$/, 'a duration is written 90s, 15m or 2h')

/** Banks that are quoted. */
export const quotedBanks = z
  .array(z.enum(bankNames))
  .min(1)
  .max(bankNames.length)
  .optional()
  .describe('Banks that are quoted; sha256, if not said')

const claimValue = z.union([z.string().min(1).max(1024), z.int(), z.boolean()])

const platform = z
  .strictObject({
    issuer: z
      .string()
      .regex(setNamePattern, 'an issuer is written document/issuer')
      .describe('Whose documents count, as document/issuer of ReferenceValues'),
    audience: z
      .string()
      .regex(/^[\x21-\x7e]{1,256}$/, 'printable ASCII without blanks')
      .optional()
      .describe('For whom the documents are: what `aud` has to name'),
    instances: z
      .array(z.string().regex(/^[\x21-\x7e]{1,255}$/, 'printable ASCII without blanks'))
      .min(1)
      .max(policyLimits.instances)
      .optional()
      .describe('Instances that may start, by name; every one that the issuer vouches for, if none is named'),
    claims: z
      .record(z.string().max(512), z.union([claimValue, z.array(claimValue).min(1).max(policyLimits.words)]))
      .refine((claims) => Object.keys(claims).length > 0, 'names no claim')
      .refine((claims) => Object.keys(claims).length <= policyLimits.claims, 'too many claims')
      .optional()
      .describe('Claims by JSON Pointer (/google/compute_engine/project_id), each with its value or one of several'),
    maxAge: duration.default('5m').describe('How old a document may be when it comes, an hour at most'),
    otherInstance: z
      .enum(instanceAnswers)
      .default('hold')
      .describe(
        'What becomes of a start on another instance than the one known of the machine: held for a person, refused',
      ),
  })
  .describe('What a platform says of the machine at each start, in a document made for that very request')

/** Rules of admission that a policy and a group's floor state alike. */
export const admissionRules = {
  networks: z
    .array(z.string())
    .min(1)
    .max(policyLimits.networks)
    .optional()
    .describe('Networks (address/prefix) from which a machine may start'),
  platform: platform.optional(),
  approval: z.enum(['none', 'everyBoot']).default('none').describe('Whether a person approves every boot'),
  quorum: z
    .int()
    .min(1)
    .max(policyLimits.approvals)
    .optional()
    .describe('How many different people approve every boot; 1 where approval is everyBoot'),
  forks: z
    .enum(forkAnswers)
    .default('hold')
    .describe(
      'What becomes of a start by a copy, or by a state that was brought back: a person settles it, it is refused, or the machine is locked',
    ),
  approvalValidFor: duration.optional().describe('For how long an approval counts; one hour, if not said'),
  windows: z
    .array(
      z.strictObject({
        days: z.array(z.enum(weekdays)).min(1).max(7).optional().describe('Days on which it begins; every day'),
        from: timeOfDay,
        to: timeOfDay.describe('Not in it; on the next day, where it is not after `from`'),
        timeZone: z.string().min(1).max(64).describe('IANA name of the place whose clock counts: Europe/Berlin'),
      }),
    )
    .min(1)
    .max(policyLimits.windows)
    .optional()
    .describe('When a machine may start; at other times a person has to approve'),
}

/** SHA-256 fingerprints of certificates that may vouch for images. */
export const vouching = digests(32).describe('SHA-256 fingerprints of the certificates that may vouch for images')

/** Rules of release that a policy and a group's floor state alike. */
export const releaseRules = {
  pcrs: z
    .strictObject({
      sha256: pcrValues(32),
      sha384: pcrValues(48),
      sha512: pcrValues(64),
      reference: byPcr(setNames).describe('Sets of ReferenceValues, by PCR'),
    })
    .optional()
    .describe('Accepted values, by bank and PCR'),
  components: z
    .record(name, component)
    .refine((components) => Object.keys(components).length > 0, 'names no component')
    .refine((components) => Object.keys(components).length <= policyLimits.components, 'too many components')
    .optional()
    .describe('Components by digest or text. Where components are named, nothing else may be measured'),
  secureBoot: z
    .strictObject({
      required: z.literal(true),
      authorities: z
        .strictObject({ ...banks, certificates: vouching })
        .describe('What may vouch for images: digests of the authority events in PCR 7, or certificates in them'),
      dbx: z
        .strictObject({
          sha256: z.array(digest(32)).min(1).max(policyLimits.hashes).optional().describe('Hashes that dbx must hold'),
          reference: setName.optional().describe('A set of ReferenceValues, every value of which dbx must hold'),
        })
        .optional()
        .describe('The list of revoked images is at least as new as this'),
      sbatLevel: z
        .int()
        .min(2_000_000_000)
        .max(2_999_999_999)
        .optional()
        .describe('The lowest SBAT level that shim may have enforced: 2023012900'),
    })
    .optional(),
  volumes: z
    .array(z.guid({ error: 'a volume is named by the UUID of its LUKS2 header' }))
    .min(1)
    .max(policyLimits.volumes)
    .optional()
    .describe('Volumes whose keys may be released; every volume of the machine, if not named'),
  within: duration.optional().describe('For how long after its admission a boot may ask for keys'),
  validFor: duration
    .optional()
    .describe('For how long after the release its answer is good: given again to the request that got it'),
}

/** Unknown events that a policy lets through. */
export const waiverRules = z
  .array(z.strictObject({ pcr: z.int().min(0).max(7), ...banks, reason: z.string().trim().min(1).max(1000) }))
  .min(1)
  .max(policyLimits.waivers)
  .optional()
  .describe('Unknown events in PCR 0 to 7 that are let through, each for a reason')
