import { z } from 'zod'
import { type AcceptedDigests, type ReferenceSet } from './accepted.ts'
import {
  announcedElsewhere,
  announcedPcr,
  announcedValues,
  compileAuthorities,
  valuesOf,
  type AnnouncedAuthorities,
} from './announced-values.ts'
import { type BootPolicy, type ReleaseRules } from './boot-policy.ts'
import { unique, type Resolve } from './compile-digests.ts'
import { resolver, type Library } from './library.ts'
import { PolicyFault } from './policy-fault.ts'
import { compileSet } from './reference-values.ts'
import { policyName } from './schema-words.ts'
import { instant } from './signers.ts'
import { type TextRule } from './text-rule.ts'

const limits = { names: 1024, components: 64, boots: 1000 } as const

const names = z.array(policyName).min(1).max(limits.names).optional()

/** Announcement as it is written: what will be measured after a planned update, before anybody has seen it. */
export const announcementSchema = z.strictObject({
  kind: z.literal('Announcement'),
  name: policyName,
  machines: names.describe('Machines it is for'),
  groups: names.describe('Groups it is for, with all that belong to them'),
  boots: z
    .int()
    .min(1)
    .max(limits.boots)
    .optional()
    .describe('How many boots of each machine may need the announced values; any number, if not said'),
  until: instant.describe('From then on it is gone'),
  oldValues: z
    .enum(['keep', 'refuseOnceBooted'])
    .default('keep')
    .describe(
      'Whether the values of the policy go on being accepted of a machine that has booted by the announced ones',
    ),
  components: z
    .record(policyName, announcedValues)
    .refine((components) => Object.keys(components).length > 0, 'names no component')
    .refine((components) => Object.keys(components).length <= limits.components, 'too many components')
    .optional()
    .describe('What will be measured, by the name that the policy gives the component'),
  pcrs: z
    .record(announcedPcr, announcedValues)
    .refine((pcrs) => Object.keys(pcrs).length > 0, 'names no PCR')
    .optional()
    .describe('What PCRs will hold, where the policy names their values'),
  ...announcedElsewhere,
})
type AnnouncementDocument = z.output<typeof announcementSchema>

/** Values that are accepted beside those of a policy, of some machines, for a while. */
export interface Announcement {
  readonly kind: 'Announcement'
  readonly name: string
  readonly machines: readonly string[]
  readonly groups: readonly string[]
  /** Of each machine. */
  readonly boots: number | undefined
  readonly untilUnixMs: number
  readonly oldValues: 'keep' | 'refuseOnceBooted'
  readonly components: ReadonlyMap<string, ReferenceSet>
  readonly pcrs: ReadonlyMap<number, ReferenceSet>
  /** By component. */
  readonly texts: ReadonlyMap<string, readonly string[]>
  readonly authorities: AnnouncedAuthorities | undefined
  /** Names of the documents of reference values that it refers to. */
  readonly references: readonly string[]
}

/** @throws PolicyFault */
export function compileAnnouncement(
  document: AnnouncementDocument,
  library: Library,
  missing: 'refuse' | 'accept nothing',
): Announcement {
  const { kind, name, boots, until, oldValues, components = {}, pcrs = {}, reference, texts = {} } = document
  const machines = unique(document.machines ?? [], ['machines'])
  const groups = unique(document.groups ?? [], ['groups'])
  if (machines.length + groups.length === 0)
    throw new PolicyFault([], 'names no machines and no groups: it would be for nobody')
  const { resolve: find, used } = resolver(library)
  const isStrict = missing === 'refuse'
  const resolve = isStrict ? find : orNothing(find)
  const compiled = {
    components: compilePlaces(name, 'components', components, reference, { resolve, isStrict }),
    pcrs: new Map(
      [...compilePlaces(name, 'pcrs', pcrs, reference, { resolve, isStrict })].map(([pcr, set]) => [Number(pcr), set]),
    ),
    texts: new Map(Object.entries(texts).map(([key, lines]) => [key, unique(lines, ['texts', key])])),
    authorities: document.authorities && compileAuthorities(setName(name), document.authorities, resolve),
  }
  const { authorities } = compiled
  if (compiled.components.size + compiled.pcrs.size + compiled.texts.size === 0 && authorities === undefined)
    throw new PolicyFault([], 'announces nothing: name components, pcrs, texts, authorities or reference')
  const untilUnixMs = Date.parse(until)
  return { kind, name, machines, groups, boots, untilUnixMs, oldValues, ...compiled, references: used() }
}

/** Values that were taken away since are announced no more: what is announced only ever lets more through. */
const orNothing =
  (find: Resolve): Resolve =>
  (name, path) => {
    try {
      return find(name, path)
    } catch (error) {
      if (error instanceof PolicyFault) return { name, size: 0, byDigest: new Map() }
      throw error
    }
  }

/** Values by the name of a component or the number of a PCR, those that are written out and those of sets as one. */
function compilePlaces(
  name: string,
  field: 'components' | 'pcrs',
  written: Readonly<Record<string, z.output<typeof announcedValues>>>,
  reference: AnnouncementDocument['reference'],
  { resolve, isStrict }: { readonly resolve: Resolve; readonly isStrict: boolean },
): ReadonlyMap<string, ReferenceSet> {
  const referred = reference?.[field] ?? {}
  const places = [...new Set([...Object.keys(written), ...Object.keys(referred)])]
  return new Map(
    places.map((place) => {
      const own = written[place]
      const path = ['reference', field, place]
      const sets = unique(referred[place] ?? [], path).map((set, at) => resolve(set, [...path, at]))
      const those = valuesOf(setName(name), sets, reference?.versions, isStrict ? path : undefined)
      const said = own === undefined ? [] : [compileSet(setName(name), own, [field, place])]
      return [place, valuesOf(setName(name), [...said, those], undefined, undefined)] as const
    }),
  )
}

const setName = (name: string, version?: number): string =>
  ['announcement', name, ...(version === undefined ? [] : ['version', version])].join(' ')

/** An announcement that is not gone, as it stands for one machine. */
export interface LiveAnnouncement {
  readonly announcement: Announcement
  readonly version: number
  /** How many boots of the machine got their keys by it. */
  readonly bootsUsed: number
  /** Versions of the reference values that it refers to. */
  readonly referenceVersions?: Readonly<Record<string, number>>
}

/**
 * A policy that accepts the announced values as well. Only what the policy accepts is widened, under the name or the PCR that it
 * has there: an announcement adds no rule, takes none away, and does not touch what groups require.
 */
export function withAnnounced(policy: BootPolicy, live: readonly LiveAnnouncement[]): BootPolicy {
  return changed(policy, live, (one) => ({
    digests: (accepted, set) => ({
      ...accepted,
      references: [...accepted.references, { ...set, name: setName(one.announcement.name, one.version) }],
    }),
    text: (rule, lines) => ({ ...rule, announced: [...(rule.announced ?? []), ...lines] }),
    certificates: (known, announced) => new Set([...(known === endedCertificates ? [] : known), ...announced]),
  }))
}

/** A policy whose own values are accepted no more where a machine has booted by announced ones, and they were to end then. */
export function withoutOldValues(
  policy: BootPolicy,
  live: readonly LiveAnnouncement[],
  ending: readonly Announcement[],
): BootPolicy {
  const ended = live.filter(
    ({ announcement, bootsUsed }) => announcement.oldValues === 'refuseOnceBooted' && bootsUsed > 0,
  )
  const gone = ending.map((announcement) => ({ announcement, version: 0, bootsUsed: 1 }))
  const none: AcceptedDigests = { written: new Map(), references: [] }
  return changed(policy, [...ended, ...gone], () => ({
    digests: () => none,
    text: (rule) => ({ ...rule, hasEnded: true }),
    certificates: () => endedCertificates,
  }))
}

/** A certificate is asked for still, and this is the name of none: an empty set would ask for nothing that could be widened. */
const endedCertificates: ReadonlySet<string> = new Set(['none'])

/** What becomes of each thing that a policy accepts, where something is announced beside it. */
interface Change {
  digests(accepted: AcceptedDigests, announced: ReferenceSet): AcceptedDigests
  text(rule: TextRule, announced: readonly string[]): TextRule
  certificates(accepted: ReadonlySet<string>, announced: ReadonlySet<string>): ReadonlySet<string>
}

function changed(
  policy: BootPolicy,
  live: readonly LiveAnnouncement[],
  changeBy: (one: LiveAnnouncement) => Change,
): BootPolicy {
  const release = live.reduce((so, one) => changedBy(so, one.announcement, changeBy(one)), policy.release)
  return release === policy.release ? policy : { ...policy, release }
}

function changedBy(release: ReleaseRules, announcement: Announcement, change: Change): ReleaseRules {
  const digests = (accepted: AcceptedDigests, set: ReferenceSet | undefined): AcceptedDigests =>
    set === undefined ? accepted : change.digests(accepted, set)
  const components = release.components.map(({ accepted, text, ...component }) => {
    const lines = announcement.texts.get(component.name)
    return {
      ...component,
      accepted: accepted && digests(accepted, announcement.components.get(component.name)),
      text: text === undefined || lines === undefined ? text : change.text(text, lines),
    }
  })
  const pcrs = new Map([...release.pcrs].map(([pcr, accepted]) => [pcr, digests(accepted, announcement.pcrs.get(pcr))]))
  const { secureBoot } = release
  const { authorities: announced } = announcement
  if (secureBoot === undefined || announced === undefined) return { ...release, components, pcrs }
  const { events, certificates } = secureBoot.authorities
  const authorities = {
    events: events && digests(events, announced.events),
    certificates:
      certificates.size === 0 || announced.certificates.size === 0
        ? certificates
        : change.certificates(certificates, announced.certificates),
  }
  return { ...release, components, pcrs, secureBoot: { ...secureBoot, authorities } }
}

/** What of an announcement a policy has no rule for: there it changes nothing. */
export function unheard(announcement: Announcement, policy: BootPolicy): readonly string[] {
  return partsOf(announcement, policy).flatMap(({ words, isHeard }) => (isHeard ? [] : [words]))
}

/** Whether a policy has a rule for anything that is announced. */
export function isHeardBy(announcement: Announcement, policy: BootPolicy): boolean {
  return partsOf(announcement, policy).some(({ isHeard }) => isHeard)
}

function partsOf(
  { components, pcrs, texts, authorities }: Announcement,
  { release }: BootPolicy,
): readonly { readonly words: string; readonly isHeard: boolean }[] {
  const named = (name: string, part: 'accepted' | 'text'): boolean =>
    release.components.some((component) => component.name === name && component[part] !== undefined)
  const accepted = release.secureBoot?.authorities
  return [
    ...[...components.keys()].map((name) => ({ words: `component ${name}`, isHeard: named(name, 'accepted') })),
    ...[...pcrs.keys()].map((pcr) => ({ words: `PCR ${pcr}`, isHeard: release.pcrs.has(pcr) })),
    ...[...texts.keys()].map((name) => ({ words: `the text of component ${name}`, isHeard: named(name, 'text') })),
    ...(authorities?.events === undefined
      ? []
      : [{ words: 'events of authorities', isHeard: accepted?.events !== undefined }]),
    ...((authorities?.certificates.size ?? 0) === 0
      ? []
      : [{ words: 'certificates of authorities', isHeard: (accepted?.certificates.size ?? 0) > 0 }]),
  ]
}
