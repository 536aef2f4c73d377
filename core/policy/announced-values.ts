import { z } from 'zod'
import { type ReferenceSet, type ReferenceValue } from './accepted.ts'
import { unique, type Path, type Resolve } from './compile-digests.ts'
import { PolicyFault } from './policy-fault.ts'
import { compileSet, value } from './reference-values.ts'
import { policyLimits, setNames, textLines, vouching } from './rule-schema.ts'
import { policyName } from './schema-words.ts'

/** Not 15: what is in it is the cap, which no update moves. */
export const announcedPcr = z.string().regex(/^(?:[0-9]|1[0-4])$/, 'a PCR from 0 to 14')

/** Values that are written out. */
export const announcedValues = z.array(value).min(1).max(64)

const authorities = z.strictObject({
  values: announcedValues.optional().describe('Digests of their events in PCR 7'),
  reference: setNames.optional(),
  certificates: vouching,
})

/** What else is announced, beside values that are written out. */
export const announcedElsewhere = {
  reference: z
    .strictObject({
      components: z.record(policyName, setNames).optional(),
      pcrs: z.record(announcedPcr, setNames).optional(),
      versions: z
        .array(z.string().trim().min(1).max(200))
        .min(1)
        .max(policyLimits.words)
        .optional()
        .describe('Of the values of these sets, those of these versions; all, if not said'),
    })
    .optional()
    .describe('Sets of ReferenceValues (document/set) whose values will be measured, by component or PCR'),
  texts: z
    .record(policyName, textLines)
    .refine((texts) => Object.keys(texts).length > 0, 'names no component')
    .optional()
    .describe(
      'Texts that will be measured, letter for letter, by the component of which the policy describes the text',
    ),
  authorities: authorities
    .optional()
    .describe('What will vouch for images, beside the authorities that the policy accepts for Secure Boot'),
} as const

/** Signers beside those that a policy accepts. */
export interface AnnouncedAuthorities {
  /** The events in which they vouch for images; undefined where certificates alone are named. */
  readonly events: ReferenceSet | undefined
  readonly certificates: ReadonlySet<string>
}

/** @throws PolicyFault */
export function compileAuthorities(
  name: string,
  { certificates = [], values, reference = [] }: z.output<typeof authorities>,
  resolve: Resolve,
): AnnouncedAuthorities {
  const path = ['authorities']
  const known = new Set(unique(certificates, [...path, 'certificates']))
  const sets = unique(reference, [...path, 'reference']).map((set, at) => resolve(set, [...path, 'reference', at]))
  const all = values === undefined ? sets : [compileSet(name, values, [...path, 'values']), ...sets]
  if (all.length + known.size === 0) throw new PolicyFault(path, 'names nobody: give certificates, values or reference')
  return { events: all.length === 0 ? undefined : valuesOf(name, all, undefined, undefined), certificates: known }
}

/**
 * The values of these sets as one: of these versions only, where some are named.
 * @throws PolicyFault where none of the values is of a version that is named, and `path` says where it is.
 */
export function valuesOf(
  name: string,
  sets: readonly ReferenceSet[],
  versions: readonly string[] | undefined,
  path: Path | undefined,
): ReferenceSet {
  const byDigest = new Map<string, readonly ReferenceValue[]>()
  const values = new Set<ReferenceValue>()
  for (const set of sets)
    for (const [digest, known] of set.byDigest) {
      const wanted = known.filter(({ version }) => versions === undefined || versions.includes(version))
      for (const value of wanted) values.add(value)
      if (wanted.length > 0) byDigest.set(digest, [...(byDigest.get(digest) ?? []), ...wanted])
    }
  if (values.size === 0 && sets.length > 0 && path !== undefined)
    throw new PolicyFault(path, `none of its values is of version ${versions?.join(' or ') ?? ''}`)
  return { name, size: values.size, byDigest }
}
