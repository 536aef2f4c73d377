import {
  Collection,
  parseGroup,
  parsePolicy,
  parseReferenceValues,
  policyInForce,
  type CompiledPolicy,
  type Floor,
  type Group,
  type Library,
  type ReferenceValues,
  type Subject,
} from '../../core/policy/index.ts'
import type { Row, Tx } from '../store/index.ts'
import { AnnouncementBoard, type AnnouncedTo } from './announcements.ts'
import { documentTables, documentVersion, newestVersions } from './versions.ts'

/** Versions of documents, by name. */
type VersionsByName = ReadonlyMap<string, number>

/** Documents as they are at one time, compiled, and which version of each. */
export interface Documents {
  readonly collection: Collection
  readonly versions: {
    readonly policies: VersionsByName
    readonly groups: VersionsByName
    readonly references: VersionsByName
  }
}

/** The versions of all that took part in a judgement, beside the policy itself. */
interface Surroundings {
  /** From the machine's own outwards. */
  readonly groupVersions: Readonly<Record<string, number>>
  readonly referenceVersions: Readonly<Record<string, number>>
}

/** Which policy judges a machine, and by which versions. */
export type InForce = Surroundings &
  (
    | { readonly kind: 'none'; readonly floors: readonly Floor[] }
    | {
        readonly kind: 'one'
        readonly policy: CompiledPolicy
        readonly version: number
        /** The group that the policy is for; undefined where it names the machine. */
        readonly group: string | undefined
      }
    | { readonly kind: 'ambiguous'; readonly names: readonly string[] }
  )

type Kept = 'BootPolicy' | 'Group' | 'ReferenceValues'

/** The newest version of every document, read and compiled once. */
export class PolicyShelf {
  readonly announcements = new AnnouncementBoard()
  readonly #policies = new Compiled<CompiledPolicy>('BootPolicy')
  readonly #groups = new Compiled<Group>('Group')
  readonly #references = new Compiled<ReferenceValues>('ReferenceValues')
  #library: Library = new Map()
  #lists: readonly (readonly unknown[])[] = []
  #documents: Documents | undefined

  async inForce(tx: Tx, machine: Subject): Promise<InForce> {
    return inForceOf(await this.documents(tx), machine)
  }

  async documents(tx: Tx): Promise<Documents> {
    const before = this.#library
    const references = await this.#references.newest(tx, ({ document, source }) =>
      parseReferenceValues(document, source),
    )
    const library = new Map(references.map((values) => [values.name, values]))
    const isUpToDate = (document: { readonly references: readonly string[] }): boolean =>
      document.references.every((name) => library.get(name) === before.get(name))
    const policies = await this.#policies.newest(
      tx,
      ({ document, source }) => parsePolicy(document, source, library),
      isUpToDate,
    )
    const groups = await this.#groups.newest(
      tx,
      ({ document, source }) => parseGroup(document, source, library),
      isUpToDate,
    )
    this.#library = library
    const lists = [references, policies, groups]
    if (this.#documents !== undefined && lists.every((list, at) => list === this.#lists[at])) return this.#documents
    this.#lists = lists
    const versions = {
      policies: this.#policies.versions,
      groups: this.#groups.versions,
      references: this.#references.versions,
    }
    this.#documents = { collection: new Collection(library, policies, groups), versions }
    return this.#documents
  }
}

/** The newest version of each document of a kind; what has not changed is not read again. */
class Compiled<Document> {
  readonly #kind: Kept
  readonly #known = new Map<string, { readonly version: number; readonly document: Document }>()
  #list: readonly Document[] = []

  constructor(kind: Kept) {
    this.#kind = kind
  }

  get versions(): VersionsByName {
    return new Map([...this.#known].map(([name, { version }]) => [name, version]))
  }

  /** The same list as before, where nothing in it changed. */
  async newest(
    tx: Tx,
    compile: (row: Row<'policies'>) => Document,
    isUpToDate: (document: Document) => boolean = () => true,
  ): Promise<readonly Document[]> {
    const table = documentTables[this.#kind]
    let isSame = true
    for (const { name, version } of await newestVersions(tx, table)) {
      const known = this.#known.get(name)
      if (known?.version === version && isUpToDate(known.document)) continue
      const row = await documentVersion(tx, table, name, version)
      if (row === undefined) throw new TypeError(`no version ${version} of ${name}`)
      this.#known.set(name, { version, document: compile(row) })
      isSame = false
    }
    if (!isSame) this.#list = [...this.#known.values()].map(({ document }) => document)
    return this.#list
  }
}

/** Which of these policies judges a machine, with the versions of all that takes part. */
export function inForceOf({ collection, versions }: Documents, machine: Subject): InForce {
  const found = policyInForce(collection, machine)
  const groupVersions = pick(
    versions.groups,
    found.chain.map(({ name }) => name),
  )
  const ofGroups = found.chain.flatMap(({ references }) => references)
  const beside = { groupVersions, referenceVersions: pick(versions.references, ofGroups) }
  switch (found.kind) {
    case 'none':
      return { kind: 'none', floors: found.floors, ...beside }
    case 'ambiguous':
      return { kind: 'ambiguous', names: found.names, ...beside }
    case 'one': {
      const { policy, group } = found
      const referenceVersions = pick(versions.references, [...policy.references, ...ofGroups])
      return {
        kind: 'one',
        policy,
        group,
        version: versions.policies.get(policy.name) ?? 0,
        ...beside,
        referenceVersions,
      }
    }
  }
}

/** A machine as announcements find it: by its name, its group, and the groups that this one is in. */
export function announcedTo(
  machine: Subject & { readonly id: Uint8Array },
  { groupVersions }: Pick<InForce, 'groupVersions'>,
): AnnouncedTo {
  const { id, name, groupName } = machine
  return { id, name, groups: [groupName, ...Object.keys(groupVersions)] }
}

function pick(versions: VersionsByName, names: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(names.map((name) => [name, versions.get(name) ?? 0]))
}
