import { type Announcement } from './announcement.ts'
import { chainOf, type Collection } from './collection.ts'
import { type DocumentKind } from './parse-policy.ts'

/** A document that changes, as it stands among the others. */
export interface ChangedDocument {
  readonly kind: DocumentKind
  readonly name: string
  /** What it says, where it is an announcement. */
  readonly announcement?: Announcement | undefined
}

/** The group of a machine; undefined where there is no such machine, which may come to be in any group. */
export type GroupOfMachine = (machine: string) => string | undefined

/** How many engineers have to sign a change for machines of a group: as many as it or any group around it demands. */
export function signaturesOf(documents: Collection, group: string): number {
  return Math.max(0, ...chainOf(documents, group).map(({ signatures }) => signatures))
}

/**
 * How many engineers have to sign a change of a document, by what groups demand whose machines it is about. A list of signers is
 * about all of them; so is whatever names a machine that nobody knows yet.
 */
export function signaturesDemanded(
  documents: Collection,
  changed: ChangedDocument,
  groupOfMachine: GroupOfMachine,
  posted: readonly Announcement[] = [],
): number {
  const touched = groupsTouched(documents, changed, groupOfMachine, posted)
  const below = [...documents.groups.keys()].filter(
    (name) => touched === 'all' || chainOf(documents, name).some((group) => touched.has(group.name)),
  )
  const named = touched === 'all' ? [] : touched
  return Math.max(0, ...[...below, ...named].map((name) => signaturesOf(documents, name)))
}

function groupsTouched(
  documents: Collection,
  { kind, name, announcement }: ChangedDocument,
  groupOfMachine: GroupOfMachine,
  posted: readonly Announcement[],
): ReadonlySet<string> | 'all' {
  const policies = [...documents.policies.values()]
  const groups = [...documents.groups.values()]
  switch (kind) {
    case 'Group':
      return new Set([name])
    case 'BootPolicy':
      return ofPolicies(new Set([name]))
    case 'ReferenceValues': {
      const referring = policies.filter(({ references }) => references.includes(name))
      const judged = ofPolicies(new Set(referring.map((policy) => policy.name)))
      const requiring = groups.filter(({ references }) => references.includes(name))
      const announcing = posted.filter(({ references }) => references.includes(name))
      const announcedTo = withMachines(
        announcing.flatMap((one) => one.groups),
        announcing.flatMap((one) => one.machines),
      )
      if (judged === 'all' || announcedTo === 'all') return 'all'
      return new Set([...judged, ...announcedTo, ...requiring.map((group) => group.name)])
    }
    case 'Announcement':
      return announcement === undefined ? new Set() : withMachines(announcement.groups, announcement.machines)
    case 'Signers':
      return 'all'
  }

  function ofPolicies(named: ReadonlySet<string>): ReadonlySet<string> | 'all' {
    const meant = policies.filter((policy) => named.has(policy.name))
    const naming = groups.filter(({ policy }) => policy !== undefined && named.has(policy))
    return withMachines(
      [...meant.flatMap((policy) => policy.groups), ...naming.map((group) => group.name)],
      meant.flatMap(({ machines }) => machines),
    )
  }
  function withMachines(names: readonly string[], machines: readonly string[]): ReadonlySet<string> | 'all' {
    const ofMachines = machines.map(groupOfMachine)
    const known = ofMachines.filter((group) => group !== undefined)
    return known.length < ofMachines.length ? 'all' : new Set([...names, ...known])
  }
}
