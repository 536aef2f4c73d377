import { type AcceptedDigests } from './accepted.ts'
import { bankNames, type PolicyBank } from './banks.ts'
import { type Binding, type ReleaseRules, type SecureBootRule } from './boot-policy.ts'
import { compileComponents } from './compile-components.ts'
import { acceptedDigests, isEmpty, unique, type Path, type Resolve } from './compile-digests.ts'
import { milliseconds } from './duration.ts'
import { PolicyFault } from './policy-fault.ts'
import { type BootPolicyDocument } from './schema.ts'

type ReleaseDocument = Omit<BootPolicyDocument['release'], 'binding' | 'oncePerBoot'> & {
  readonly binding?: Binding | undefined
}

/** @throws PolicyFault */
export function compileRelease(release: ReleaseDocument, path: Path, resolve: Resolve): ReleaseRules {
  const pcrs = compilePcrs(release.pcrs ?? {}, [...path, 'pcrs'], resolve)
  const components = compileComponents(release.components ?? {}, [...path, 'components'], resolve)
  const waivers = (release.waivers ?? []).map(({ pcr, reason, ...banks }, at) => ({
    pcr,
    reason,
    accepted: acceptedDigests(banks, [...path, 'waivers', at], resolve),
  }))
  const secureBoot = release.secureBoot && compileSecureBoot(release.secureBoot, [...path, 'secureBoot'], resolve)
  const volumes = new Set(
    unique(release.volumes ?? [], [...path, 'volumes']).map((uuid) => uuid.replaceAll('-', '').toLowerCase()),
  )
  return {
    pcrs,
    components,
    secureBoot,
    waivers,
    volumes,
    binding: release.binding ?? 'session',
    withinMs: milliseconds(release.within),
    validForMs: milliseconds(release.validFor),
  }
}

function compileSecureBoot(
  {
    authorities: { certificates, ...banks },
    dbx,
    sbatLevel,
  }: Exclude<BootPolicyDocument['release']['secureBoot'], undefined>,
  path: Path,
  resolve: Resolve,
): SecureBootRule {
  const here = [...path, 'authorities']
  const known = new Set(unique(certificates ?? [], [...here, 'certificates']))
  const events = known.size > 0 && isEmpty(banks) ? undefined : acceptedDigests(banks, here, resolve)
  const revoked = dbx && compileRevoked(dbx, [...path, 'dbx'], resolve)
  return { authorities: { events, certificates: known }, revoked, sbatLevel }
}

function compileRevoked(
  { sha256, reference }: { readonly sha256?: readonly string[] | undefined; readonly reference?: string | undefined },
  path: Path,
  resolve: Resolve,
): SecureBootRule['revoked'] {
  if (sha256 === undefined && reference === undefined)
    throw new PolicyFault(path, 'names no hash: give sha256 or reference')
  const set = reference === undefined ? undefined : resolve(reference, [...path, 'reference'])
  const values = [...(set?.byDigest.values() ?? [])].flat()
  const referred = values.map(({ digests }) => digests.get('sha256'))
  if (referred.includes(undefined))
    throw new PolicyFault([...path, 'reference'], 'has a value without sha256: dbx holds SHA-256 hashes of images')
  const hashes = new Set([...(sha256 ?? []), ...referred.filter((hash) => hash !== undefined)])
  return { name: reference ?? 'the policy', hashes: [...hashes] }
}

function compilePcrs(
  { reference = {}, ...banks }: Exclude<BootPolicyDocument['release']['pcrs'], undefined>,
  path: Path,
  resolve: Resolve,
): ReadonlyMap<number, AcceptedDigests> {
  const written = new Map<number, Map<PolicyBank, ReadonlySet<string>>>()
  for (const bank of bankNames) {
    for (const [index, values] of Object.entries(banks[bank] ?? {})) {
      const accepted = written.get(Number(index)) ?? new Map<PolicyBank, ReadonlySet<string>>()
      written.set(Number(index), accepted.set(bank, new Set(unique(values, [...path, bank, index]))))
    }
  }
  const indices = new Set([...written.keys(), ...Object.keys(reference).map(Number)])
  const entries = [...indices].map((pcr) => {
    const names = unique(reference[String(pcr)] ?? [], [...path, 'reference', pcr])
    const references = names.map((name, at) => resolve(name, [...path, 'reference', pcr, at]))
    return [pcr, { written: written.get(pcr) ?? new Map<PolicyBank, ReadonlySet<string>>(), references }] as const
  })
  return new Map(entries.sort(([left], [right]) => left - right))
}
