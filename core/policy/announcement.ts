import { z } from 'zod'
import { type AcceptedDigests, type ReferenceSet } from './accepted.ts'
import { type BootPolicy } from './boot-policy.ts'
import { unique } from './compile-digests.ts'
import { PolicyFault } from './policy-fault.ts'
import { compileSet, value } from './reference-values.ts'
import { policyName } from './schema-words.ts'
import { instant } from './signers.ts'

const limits = { names: 1024, components: 64, values: 64, boots: 1000 } as const

const names = z.array(policyName).min(1).max(limits.names).optional()
const values = z.array(value).min(1).max(limits.values)
/** Not 15: what is in it is the cap, which no update moves. */
const pcrKey = z.string().regex(/^(?:[0-9]|1[0-4])$/, 'a PCR from 0 to 14')

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
    .record(policyName, values)
    .refine((components) => Object.keys(components).length > 0, 'names no component')
    .refine((components) => Object.keys(components).length <= limits.components, 'too many components')
    .optional()
    .describe('What will be measured, by the name that the policy gives the component'),
  pcrs: z
    .record(pcrKey, values)
    .refine((pcrs) => Object.keys(pcrs).length > 0, 'names no PCR')
    .optional()
    .describe('What PCRs will hold, where the policy names their values'),
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
}

/** @throws PolicyFault */
export function compileAnnouncement(document: AnnouncementDocument): Announcement {
  const { kind, name, boots, until, oldValues, components = {}, pcrs = {} } = document
  const machines = unique(document.machines ?? [], ['machines'])
  const groups = unique(document.groups ?? [], ['groups'])
  if (machines.length + groups.length === 0)
    throw new PolicyFault([], 'names no machines and no groups: it would be for nobody')
  const setsOf = (field: string, given: Readonly<Record<string, z.output<typeof values>>>) =>
    Object.entries(given).map(([key, announced]) => [key, compileSet(setName(name), announced, [field, key])] as const)
  const compiled = {
    components: new Map(setsOf('components', components)),
    pcrs: new Map(setsOf('pcrs', pcrs).map(([pcr, set]) => [Number(pcr), set] as const)),
  }
  if (compiled.components.size + compiled.pcrs.size === 0)
    throw new PolicyFault([], 'announces nothing: name components or pcrs')
  return { kind, name, machines, groups, boots, untilUnixMs: Date.parse(until), oldValues, ...compiled }
}

const setName = (name: string, version?: number): string =>
  ['announcement', name, ...(version === undefined ? [] : ['version', version])].join(' ')

/** An announcement that is not gone, as it stands for one machine. */
export interface LiveAnnouncement {
  readonly announcement: Announcement
  readonly version: number
  /** How many boots of the machine got their keys by it. */
  readonly bootsUsed: number
}

/**
 * A policy that accepts the announced values as well. Only what the policy accepts by digest is widened, under the name or the
 * PCR that it has there: an announcement adds no rule, takes none away, and does not touch what groups require.
 */
export function withAnnounced(policy: BootPolicy, live: readonly LiveAnnouncement[]): BootPolicy {
  return changed(policy, live, (accepted, set, { announcement: { name }, version }) => ({
    ...accepted,
    references: [...accepted.references, { ...set, name: setName(name, version) }],
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
  return changed(policy, [...ended, ...gone], () => ({ written: new Map(), references: [] }))
}

type Widening = (accepted: AcceptedDigests, set: ReferenceSet, live: LiveAnnouncement) => AcceptedDigests

function changed(policy: BootPolicy, live: readonly LiveAnnouncement[], widen: Widening): BootPolicy {
  if (live.length === 0) return policy
  const { release } = policy
  const widened = (accepted: AcceptedDigests, find: (announcement: Announcement) => ReferenceSet | undefined) =>
    live.reduce((so, one) => {
      const set = find(one.announcement)
      return set === undefined ? so : widen(so, set, one)
    }, accepted)
  const components = release.components.map((component) =>
    component.accepted === undefined
      ? component
      : {
          ...component,
          accepted: widened(component.accepted, (announcement) => announcement.components.get(component.name)),
        },
  )
  const pcrs = new Map(
    [...release.pcrs].map(([pcr, accepted]) => [pcr, widened(accepted, (announcement) => announcement.pcrs.get(pcr))]),
  )
  return { ...policy, release: { ...release, components, pcrs } }
}

/** What of an announcement a policy has no rule for: there it changes nothing. */
export function unheard({ components, pcrs }: Announcement, { release }: BootPolicy): readonly string[] {
  const byDigest = release.components.filter(({ accepted }) => accepted !== undefined).map(({ name }) => name)
  return [
    ...[...components.keys()].filter((name) => !byDigest.includes(name)).map((name) => `component ${name}`),
    ...[...pcrs.keys()].filter((pcr) => !release.pcrs.has(pcr)).map((pcr) => `PCR ${pcr}`),
  ]
}
