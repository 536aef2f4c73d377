import { pointerSteps, type PlatformFormat } from '../evidence/index.ts'
import { unique, type Path } from './compile-digests.ts'
import { milliseconds } from './duration.ts'
import { type ResolveIssuer } from './library.ts'
import { type ClaimRule, type ClaimValue, type PlatformRule } from './platform-rule.ts'
import { PolicyFault } from './policy-fault.ts'
import { type BootPolicyDocument } from './schema.ts'

type PlatformDocument = Exclude<BootPolicyDocument['admission']['platform'], undefined>

/** What a rule has to say, and may not say, of documents of a format. */
interface FormatTerms {
  readonly hasAudience: boolean
  /** Claims of which one has to be asked for, or an instance; none where all documents of the issuer are the company's own. */
  readonly owner: readonly string[]
}

const formatTerms = {
  jwt: { hasAudience: true, owner: [] },
  // Google vouches for the instances of all its customers
  'google-instance': {
    hasAudience: false,
    owner: ['/google/compute_engine/project_id', '/google/compute_engine/project_number'],
  },
} as const satisfies Record<PlatformFormat, FormatTerms>

/** Whoever was on the instance once could have had documents made for starts to come: so far ahead, and no farther. */
const mostAgeMs = 60 * 60 * 1000

/** @throws PolicyFault */
export function compilePlatform(written: PlatformDocument, path: Path, resolveIssuer: ResolveIssuer): PlatformRule {
  const issuer = resolveIssuer(written.issuer, [...path, 'issuer'])
  const instances = new Set(unique(written.instances ?? [], [...path, 'instances']))
  const claims = Object.entries(written.claims ?? {}).map(([pointer, values]) =>
    compileClaim(pointer, Array.isArray(values) ? values : [values], [...path, 'claims', pointer]),
  )
  const { hasAudience, owner }: FormatTerms = formatTerms[issuer.format]
  if (hasAudience && written.audience === undefined)
    throw new PolicyFault(path, `does not say for whom documents of ${issuer.name} are: name an audience`)
  if (!hasAudience && written.audience !== undefined)
    throw new PolicyFault([...path, 'audience'], `carries the nonce in documents of ${issuer.name}: leave it out`)
  const isOwned = owner.length === 0 || instances.size > 0 || claims.some(({ pointer }) => owner.includes(pointer))
  if (!isOwned)
    throw new PolicyFault(
      path,
      `takes the instances of every customer of ${issuer.name}: name instances or the claim ${owner.join(' or ')}`,
    )
  const maxAgeMs = milliseconds(written.maxAge) ?? 0
  if (maxAgeMs > mostAgeMs) throw new PolicyFault([...path, 'maxAge'], 'is longer than an hour')
  return { issuer, audience: written.audience, instances, claims, maxAgeMs, otherInstance: written.otherInstance }
}

function compileClaim(pointer: string, values: readonly ClaimValue[], path: Path): ClaimRule {
  const steps = pointerSteps(pointer)
  if (steps === undefined) throw new PolicyFault(path, 'a claim is named by a JSON Pointer: /tenant')
  const repeated = values.findIndex((value, at) => values.indexOf(value) !== at)
  if (repeated >= 0) throw new PolicyFault([...path, repeated], `${String(values[repeated])} stands twice`)
  return { pointer, steps, values }
}
