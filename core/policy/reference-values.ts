import { z } from 'zod'
import { type ReferenceSet, type ReferenceValue } from './accepted.ts'
import { bankNames, type PolicyBank } from './banks.ts'
import { type PlatformIssuer } from '../evidence/index.ts'
import { compileIssuer, issuers } from './platform-issuers.ts'
import { PolicyFault } from './policy-fault.ts'
import { policyName, someDigest } from './schema-words.ts'

const limits = { sets: 256, values: 16_384 } as const

/** A value as it is written: digests of one thing, and what it is. */
export const value = z.strictObject({
  version: z.string().trim().min(1).max(200).describe('What it is: a version, a package, a model'),
  sha256: someDigest(32).optional(),
  sha384: someDigest(48).optional(),
  sha512: someDigest(64).optional(),
})

/** ReferenceValues as they are written (RFC 9334: what a verifier compares evidence with). */
export const referenceValuesSchema = z.strictObject({
  kind: z.literal('ReferenceValues'),
  name: policyName,
  sets: z
    .record(policyName, z.array(value).min(1).max(limits.values))
    .refine((sets) => Object.keys(sets).length > 0, 'names no set')
    .refine((sets) => Object.keys(sets).length <= limits.sets, 'too many sets')
    .optional()
    .describe('Named sets of values; a policy refers to one as document/set'),
  issuers: issuers
    .optional()
    .describe('Who says on which instance a machine runs, by keys; a policy refers to one as document/issuer'),
})
type ReferenceValuesDocument = z.output<typeof referenceValuesSchema>

/** A document of values that others publish; its sets by the name under which a policy refers to them (`document/set`). */
export interface ReferenceValues {
  readonly kind: 'ReferenceValues'
  readonly name: string
  readonly sets: ReadonlyMap<string, ReferenceSet>
  /** Issuers of platform documents, named in the same way (`document/issuer`). */
  readonly issuers: ReadonlyMap<string, PlatformIssuer>
}

/** @throws PolicyFault */
export function compileReferenceValues({
  name,
  sets = {},
  issuers: named = {},
}: ReferenceValuesDocument): ReferenceValues {
  const compiled = Object.entries(sets).map(([set, values]) => compileSet(`${name}/${set}`, values, ['sets', set]))
  const known = Object.entries(named).map(([issuer, written]) =>
    compileIssuer(`${name}/${issuer}`, written, ['issuers', issuer]),
  )
  if (compiled.length + known.length === 0) throw new PolicyFault([], 'says nothing: name sets or issuers')
  return {
    kind: 'ReferenceValues',
    name,
    sets: new Map(compiled.map((set) => [set.name, set])),
    issuers: new Map(known.map((issuer) => [issuer.name, issuer])),
  }
}

/** @throws PolicyFault */
export function compileSet(
  name: string,
  values: Exclude<ReferenceValuesDocument['sets'], undefined>[string],
  path: readonly (string | number)[],
): ReferenceSet {
  const byDigest = new Map<string, ReferenceValue[]>()
  const known = new Set<string>()
  values.forEach(({ version, ...banks }, at) => {
    const digests = new Map<PolicyBank, string>()
    for (const bank of bankNames) if (banks[bank] !== undefined) digests.set(bank, banks[bank])
    const digestsText = [...digests.values()].join()
    if (digestsText === '') throw new PolicyFault([...path, at], `names no digest: give ${bankNames.join(', ')}`)
    if (known.has(digestsText)) throw new PolicyFault([...path, at], 'stands twice')
    known.add(digestsText)
    for (const digest of digests.values()) byDigest.set(digest, [...(byDigest.get(digest) ?? []), { version, digests }])
  })
  return { name, size: values.length, byDigest }
}
