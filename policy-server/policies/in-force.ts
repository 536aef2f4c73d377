import {
  Collection,
  parseGroup,
  parsePolicy,
  parseReferenceValues,
  policyInForce,
  signersName,
  type CompiledPolicy,
  type Floor,
  type Group,
  type Library,
  type PolicyInForce,
  type ReferenceValues,
  type Subject,
} from '../../core/policy/index.ts'
import type { Tx } from '../store/index.ts'
import { AnnouncementBoard, type AnnouncedTo } from './announcements.ts'
import { Compiled, type Unreadable, type VersionsByName } from './compiled.ts'
import { unreadableSigners } from './quorum.ts'
import { groupStandIn, policyStandIn } from './stand-in.ts'
import { documentTables, newestVersion } from './versions.ts'

/** Documents as they are at one time, compiled, and which version of each. */
export interface Documents {
  readonly collection: Collection
  readonly versions: {
    readonly policies: VersionsByName
    readonly groups: VersionsByName
    readonly references: VersionsByName
  }
  /** Those among them that cannot be read: what depends on them is refused. */
  readonly unreadable: readonly Unreadable[]
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
    /** Something that says who may start cannot be read: nobody may. */
    | { readonly kind: 'unreadable'; readonly unreadable: readonly Unreadable[] }
  )

/** The newest version of every document, read and compiled once. */
export class PolicyShelf {
  readonly announcements = new AnnouncementBoard((tx) => this.documents(tx))
  readonly #policies = new Compiled<CompiledPolicy>('BootPolicy')
  readonly #groups = new Compiled<Group>('Group')
  readonly #references = new Compiled<ReferenceValues>('ReferenceValues')
  #library: Library = new Map()
  #lists: readonly (readonly unknown[])[] = []
  #documents: Documents | undefined

  async inForce(tx: Tx, machine: Subject): Promise<InForce> {
    return inForceOf(await this.documents(tx), machine)
  }

  /** Every document in force that this version of the program cannot read. */
  async unreadable(tx: Tx): Promise<readonly Unreadable[]> {
    const signers = await newestVersion(tx, documentTables.Signers, signersName)
    const list = signers && unreadableSigners(signers)
    const { unreadable } = await this.documents(tx)
    return [...unreadable, ...(await this.announcements.unreadable(tx)), ...(list === undefined ? [] : [list])]
  }

  async documents(tx: Tx): Promise<Documents> {
    const before = this.#library
    const references = await this.#references.newest(tx, {
      compile: ({ document, source }) => parseReferenceValues(document, source),
    })
    const library = new Map(references.map((values) => [values.name, values]))
    const isUpToDate = (document: { readonly references: readonly string[] }): boolean =>
      document.references.every((name) => library.get(name) === before.get(name))
    const tryAgain = references !== this.#lists[0]
    const policies = await this.#policies.newest(tx, {
      compile: ({ document, source }) => parsePolicy(document, source, library),
      isUpToDate,
      tryAgain,
      standIn: policyStandIn,
    })
    const groups = await this.#groups.newest(tx, {
      compile: ({ document, source }) => parseGroup(document, source, library),
      isUpToDate,
      tryAgain,
      standIn: groupStandIn,
    })
    this.#library = library
    const lists = [references, policies, groups]
    if (this.#documents !== undefined && lists.every((list, at) => list === this.#lists[at])) return this.#documents
    this.#lists = lists
    const versions = {
      policies: this.#policies.versions,
      groups: this.#groups.versions,
      references: this.#references.versions,
    }
    const unreadable = [this.#references, this.#policies, this.#groups].flatMap((kept) => kept.unreadable)
    this.#documents = { collection: new Collection(library, policies, groups), versions, unreadable }
    return this.#documents
  }
}

/** Which of these policies judges a machine, with the versions of all that takes part. */
export function inForceOf({ collection, versions, unreadable }: Documents, machine: Subject): InForce {
  const found = policyInForce(collection, machine)
  const groupVersions = pick(
    versions.groups,
    found.chain.map(({ name }) => name),
  )
  const ofGroups = found.chain.flatMap(({ references }) => references)
  const beside = { groupVersions, referenceVersions: pick(versions.references, ofGroups) }
  const missing = missingTo(found, collection, unreadable)
  if (missing.length > 0) return { kind: 'unreadable', unreadable: missing, ...beside }
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

/**
 * What cannot be read of all that judges a machine: its policy, a group that it is in, values that these refer to; and every
 * policy of which nobody can say whom it is for.
 */
function missingTo(
  found: PolicyInForce,
  { policies }: Collection,
  unreadable: readonly Unreadable[],
): readonly Unreadable[] {
  const judging = found.kind === 'one' ? [found.policy.name] : found.kind === 'ambiguous' ? found.names : []
  const groups = found.chain.map(({ name }) => name)
  const missing = unreadable.filter(({ kind, name }) => {
    if (kind === 'Group') return groups.includes(name)
    return kind === 'BootPolicy' && (judging.includes(name) || !policies.has(name))
  })
  const values = unreadable.filter(
    ({ kind, name }) => kind === 'ReferenceValues' && missing.some(({ why }) => why.includes(` named ${name}:`)),
  )
  return [...missing, ...values]
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
