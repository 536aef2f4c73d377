import {
  type AcceptedDigests,
  type BootPolicy,
  type ComponentPlace,
  type ComponentRule,
  type PolicyBank,
} from './boot-policy.ts'
import { bankNames } from './digests.ts'
import { parseNetwork, type Network } from './networks.ts'
import { type BootPolicyDocument } from './schema.ts'

type Path = readonly (string | number)[]

/** Something in a well-formed policy that cannot be meant; `path` is where it stands. */
export class PolicyFault extends Error {
  override readonly name = 'PolicyFault'
  readonly path: Path
  constructor(path: Path, reason: string) {
    super(reason)
    this.path = path
  }
}

/** @throws PolicyFault */
export function compilePolicy(document: BootPolicyDocument): BootPolicy {
  const policy = {
    name: document.name,
    machines: unique(document.machines ?? [], ['machines']),
    groups: unique(document.groups ?? [], ['groups']),
    tier: document.tier,
    admission: compileAdmission(document.admission),
    release: compileRelease(document.release),
  }
  if (policy.machines.length + policy.groups.length === 0)
    throw new PolicyFault([], 'names no machines and no groups: it would be for nobody')
  return { ...policy, warnings: warningsOf(policy) }
}

function compileAdmission(admission: BootPolicyDocument['admission']): BootPolicy['admission'] {
  const written = unique(admission.networks ?? [], ['admission', 'networks'])
  const networks = written.map((text, at) => compileNetwork(text, ['admission', 'networks', at]))
  const hasOffDiskFactor = networks.length > 0 || admission.approval !== 'none'
  if (!hasOffDiskFactor && !admission.acceptDiskOnlyIdentity) {
    throw new PolicyFault(
      ['admission'],
      'admits a copy of the disk as it admits the machine: name networks or approval, or say acceptDiskOnlyIdentity: true',
    )
  }
  return { networks, approval: admission.approval, acceptDiskOnlyIdentity: admission.acceptDiskOnlyIdentity }
}

function compileNetwork(text: string, path: Path): Network {
  try {
    return parseNetwork(text)
  } catch (error) {
    if (error instanceof RangeError) throw new PolicyFault(path, error.message)
    throw error
  }
}

function compileRelease(release: BootPolicyDocument['release']): BootPolicy['release'] {
  const path = ['release']
  const pcrs = compilePcrs(release.pcrs ?? {}, [...path, 'pcrs'])
  const components = compileComponents(release.components ?? {}, [...path, 'components'])
  const waivers = (release.waivers ?? []).map(({ pcr, reason, ...banks }, at) => ({
    pcr,
    reason,
    accepted: acceptedDigests(banks, [...path, 'waivers', at]),
  }))
  const secureBoot = release.secureBoot && {
    authorities: acceptedDigests(release.secureBoot.authorities, [...path, 'secureBoot', 'authorities']),
  }
  if (pcrs.size === 0 && components.length === 0 && secureBoot === undefined)
    throw new PolicyFault(path, 'asks for nothing: name pcrs, components or secureBoot')
  return { pcrs, components, secureBoot, waivers }
}

function compilePcrs(
  banks: Exclude<BootPolicyDocument['release']['pcrs'], undefined>,
  path: Path,
): ReadonlyMap<number, AcceptedDigests> {
  const pcrs = new Map<number, Map<PolicyBank, readonly string[]>>()
  for (const bank of bankNames) {
    for (const [index, values] of Object.entries(banks[bank] ?? {})) {
      const pcr = Number(index)
      const accepted = pcrs.get(pcr) ?? new Map<PolicyBank, readonly string[]>()
      pcrs.set(pcr, accepted.set(bank, unique(values, [...path, bank, index])))
    }
  }
  return pcrs
}

type ComponentDocument = Exclude<BootPolicyDocument['release']['components'], undefined>[string]

function compileComponents(
  components: Readonly<Record<string, ComponentDocument>>,
  path: Path,
): readonly ComponentRule[] {
  const taken = new Map<string, string>()
  return Object.entries(components).map(([name, { image, section, pcr, event, ...banks }]) => {
    const here = [...path, name]
    const place = placeOf({ image, section, pcr, event }, here)
    const spot = placeText(place)
    const other = taken.get(spot)
    if (other !== undefined) throw new PolicyFault(here, `stands for ${spot}, and so does ${other}`)
    taken.set(spot, name)
    return { name, place, accepted: acceptedDigests(banks, here) }
  })
}

function placeOf({ image, section, pcr, event }: Partial<ComponentDocument>, path: Path): ComponentPlace {
  const isEvent = pcr !== undefined && event !== undefined
  if (image !== undefined && section === undefined && pcr === undefined && event === undefined)
    return { kind: 'image', position: image }
  if (section !== undefined && image === undefined && pcr === undefined && event === undefined)
    return { kind: 'section', section }
  if (isEvent && image === undefined && section === undefined) return { kind: 'event', pcr, position: event }
  throw new PolicyFault(
    path,
    'says where it is measured by image, by section, or by pcr and event: exactly one of them',
  )
}

/** The place in words. */
export function placeText(place: ComponentPlace): string {
  switch (place.kind) {
    case 'event':
      return `PCR ${place.pcr}, event ${place.position} of that PCR`
    case 'image':
      return `PCR 4, image ${place.position}`
    case 'section':
      return `PCR 11, section ${place.section}`
  }
}

function acceptedDigests(
  banks: Partial<Record<PolicyBank, readonly string[] | undefined>>,
  path: Path,
): AcceptedDigests {
  const accepted = new Map<PolicyBank, readonly string[]>()
  for (const bank of bankNames) {
    const digests = banks[bank]
    if (digests !== undefined) accepted.set(bank, unique(digests, [...path, bank]))
  }
  if (accepted.size === 0) throw new PolicyFault(path, `names no digest: give ${bankNames.join(', ')}`)
  return accepted
}

function unique<T extends string>(items: readonly T[], path: Path): readonly T[] {
  const repeated = items.findIndex((item, at) => items.indexOf(item) !== at)
  if (repeated >= 0) throw new PolicyFault([...path, repeated], `${items[repeated] ?? ''} stands twice`)
  return items
}

function warningsOf({ tier, admission, release }: Omit<BootPolicy, 'warnings'>): readonly string[] {
  const isSaid = (pcr: number, ...kinds: readonly ComponentPlace['kind'][]) =>
    release.pcrs.has(pcr) ||
    release.components.some(({ place }) => kinds.includes(place.kind) || (place.kind === 'event' && place.pcr === pcr))
  const warnings: string[] = []
  if (tier === 'T0')
    warnings.push(
      'tier T0: the guest measures itself; who can write its boot partition offline defeats the measurement',
    )
  if (admission.acceptDiskOnlyIdentity && admission.networks.length === 0 && admission.approval === 'none')
    warnings.push('acceptDiskOnlyIdentity: a copy of the disk is admitted like the machine itself')
  if (release.secureBoot === undefined && !isSaid(4, 'image'))
    warnings.push('nothing is asked of PCR 4: any boot loader and kernel image may have run')
  if (release.secureBoot === undefined && !isSaid(7)) warnings.push('nothing is asked of Secure Boot (PCR 7)')
  if (!isSaid(9) && !isSaid(8) && !isSaid(11, 'section') && !isSaid(12))
    warnings.push('nothing is asked of PCR 8, 9, 11 and 12: any command line and initrd may have been used')
  return warnings
}
