import { type AcceptedDigests } from './accepted.ts'
import { bankNames, type PolicyBank } from './banks.ts'
import { type AdmissionRules, type BootPolicy, type SecureBootRule } from './boot-policy.ts'
import { compileComponents, pcrOfPlace } from './compile-components.ts'
import { acceptedDigests, isEmpty, unique, type Path, type Resolve } from './compile-digests.ts'
import { parseNetwork, type Network } from './networks.ts'
import { PolicyFault } from './policy-fault.ts'
import { type ReferenceValues } from './reference-values.ts'
import { type BootPolicyDocument } from './schema.ts'
import { clockOf, weekdays, type Window } from './windows.ts'

/** The documents of reference values that there are, by name. */
export type Library = ReadonlyMap<string, ReferenceValues>

/** @throws PolicyFault */
export function compilePolicy(document: BootPolicyDocument, library: Library): BootPolicy {
  const references = new Set<string>()
  const resolve: Resolve = (name, path) => {
    const [documentName = ''] = name.split('/', 1)
    references.add(documentName)
    const found = library.get(documentName)
    const set = found?.sets.get(name)
    if (set !== undefined) return set
    const missing = found === undefined ? `there are no reference values named ${documentName}` : `there is no ${name}`
    throw new PolicyFault(path, `${missing}: apply them first`)
  }
  const policy = {
    kind: document.kind,
    name: document.name,
    machines: unique(document.machines ?? [], ['machines']),
    groups: unique(document.groups ?? [], ['groups']),
    tier: document.tier,
    admission: compileAdmission(document.admission),
    release: compileRelease(document.release, resolve),
  }
  if (policy.machines.length + policy.groups.length === 0)
    throw new PolicyFault([], 'names no machines and no groups: it would be for nobody')
  return { ...policy, references: [...references].sort(), warnings: warningsOf(policy) }
}

function compileAdmission(admission: BootPolicyDocument['admission']): AdmissionRules {
  const path = ['admission']
  const written = unique(admission.networks ?? [], [...path, 'networks'])
  const networks = written.map((text, at) => compileNetwork(text, [...path, 'networks', at]))
  const windows = (admission.windows ?? []).map((window, at) => compileWindow(window, [...path, 'windows', at]))
  if (admission.quorum !== undefined && admission.approval === 'none')
    throw new PolicyFault([...path, 'quorum'], 'counts approvals, but approval is none: say approval: everyBoot')
  const approvals = admission.approval === 'none' ? 0 : (admission.quorum ?? 1)
  if (networks.length === 0 && approvals === 0 && !admission.acceptDiskOnlyIdentity) {
    throw new PolicyFault(
      path,
      'admits a copy of the disk as it admits the machine: name networks or approval, or say acceptDiskOnlyIdentity: true',
    )
  }
  return { networks, approvals, windows, acceptDiskOnlyIdentity: admission.acceptDiskOnlyIdentity }
}

function compileNetwork(text: string, path: Path): Network {
  try {
    return parseNetwork(text)
  } catch (error) {
    if (error instanceof RangeError) throw new PolicyFault(path, error.message)
    throw error
  }
}

type WindowDocument = Exclude<BootPolicyDocument['admission']['windows'], undefined>[number]

function compileWindow({ days = [...weekdays], from, to, timeZone }: WindowDocument, path: Path): Window {
  unique(days, [...path, 'days'])
  if (from === to) throw new PolicyFault([...path, 'to'], 'is when it begins: a window of a whole day needs no window')
  const text = `${days.length === weekdays.length ? 'every day' : days.join(', ')} ${from} to ${to} ${timeZone}`
  const minuteOf = (time: string) => 60 * Number(time.slice(0, 2)) + Number(time.slice(3))
  try {
    const times = { fromMinute: minuteOf(from), toMinute: minuteOf(to) }
    return { text, days: new Set(days), ...times, clock: clockOf(timeZone) }
  } catch (error) {
    if (error instanceof RangeError) throw new PolicyFault([...path, 'timeZone'], `no time zone: ${timeZone}`)
    throw error
  }
}

function compileRelease(release: BootPolicyDocument['release'], resolve: Resolve): BootPolicy['release'] {
  const path = ['release']
  const pcrs = compilePcrs(release.pcrs ?? {}, [...path, 'pcrs'], resolve)
  const components = compileComponents(release.components ?? {}, [...path, 'components'], resolve)
  const waivers = (release.waivers ?? []).map(({ pcr, reason, ...banks }, at) => ({
    pcr,
    reason,
    accepted: acceptedDigests(banks, [...path, 'waivers', at], resolve),
  }))
  const secureBoot = release.secureBoot && compileSecureBoot(release.secureBoot, [...path, 'secureBoot'], resolve)
  if (pcrs.size === 0 && components.length === 0 && secureBoot === undefined)
    throw new PolicyFault(path, 'asks for nothing: name pcrs, components or secureBoot')
  const volumes = new Set(
    unique(release.volumes ?? [], [...path, 'volumes']).map((uuid) => uuid.replaceAll('-', '').toLowerCase()),
  )
  if (release.binding === 'tpm')
    throw new PolicyFault([...path, 'binding'], 'keys bound to a TPM are released by no server of this version')
  return {
    pcrs,
    components,
    secureBoot,
    waivers,
    volumes,
    binding: release.binding,
    withinMs: milliseconds(release.within),
    validForMs: milliseconds(release.validFor),
  }
}

function milliseconds(duration: string | undefined): number | undefined {
  if (duration === undefined) return undefined
  const units = { s: 1000, m: 60_000, h: 3_600_000 } as const
  return Number(duration.slice(0, -1)) * units[duration.slice(-1) as keyof typeof units]
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

function warningsOf({
  tier,
  admission,
  release,
}: Pick<BootPolicy, 'tier' | 'admission' | 'release'>): readonly string[] {
  const isSaid = (pcr: number) =>
    release.pcrs.has(pcr) || release.components.some(({ place }) => pcrOfPlace(place) === pcr)
  const warnings: string[] = []
  if (tier === 'T0')
    warnings.push(
      'tier T0: the guest measures itself; who can write its boot partition offline defeats the measurement',
    )
  if (admission.acceptDiskOnlyIdentity && admission.networks.length === 0 && admission.approvals === 0)
    warnings.push('acceptDiskOnlyIdentity: a copy of the disk is admitted like the machine itself')
  if (release.secureBoot === undefined && !isSaid(4))
    warnings.push('nothing is asked of PCR 4: any boot loader and kernel image may have run')
  if (release.secureBoot === undefined && !isSaid(7)) warnings.push('nothing is asked of Secure Boot (PCR 7)')
  if (!isSaid(9) && !isSaid(8) && !isSaid(11) && !isSaid(12))
    warnings.push('nothing is asked of PCR 8, 9, 11 and 12: any command line and initrd may have been used')
  return warnings
}
