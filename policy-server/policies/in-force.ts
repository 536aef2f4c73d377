import { parsePolicy, parseReferenceValues, type CompiledPolicy, type Library } from '../../core/policy/index.ts'
import type { Row, Tx } from '../store/index.ts'
import { documentVersion, newestVersions } from './versions.ts'

/** Which policy judges a machine: none, one, or (which apply prevents) several that are equally specific. */
export type InForce =
  | { readonly kind: 'none' }
  | ({ readonly kind: 'one' } & Compiled)
  | { readonly kind: 'ambiguous'; readonly names: readonly string[] }

/** Whom a policy is for: a machine by name beats its group. */
interface Subject {
  readonly name: string
  readonly groupName: string
}

/** A version of a policy, ready to judge, with the versions of the reference values it judges by. */
export interface Compiled {
  readonly policy: CompiledPolicy
  readonly version: number
  readonly referenceVersions: Readonly<Record<string, number>>
}

/** Reference values as they are now: compiled, and which version of each. */
export interface NewestReferences {
  readonly library: Library
  readonly versions: ReadonlyMap<string, number>
}

/** The newest version of every policy and of all reference values, read and compiled once. */
export class PolicyShelf {
  readonly #policies = new Map<string, Compiled>()
  #references: NewestReferences = { library: new Map(), versions: new Map() }

  async inForce(tx: Tx, machine: Subject): Promise<InForce> {
    return inForceOf(await this.newest(tx), machine)
  }

  /** By name. */
  async newest(tx: Tx): Promise<readonly Compiled[]> {
    const references = await this.references(tx)
    const compiled: Compiled[] = []
    for (const { name, version } of await newestVersions(tx, 'policies')) {
      const known = this.#policies.get(name)
      const isNewest = known?.version === version && isUpToDate(known, references)
      const newest = isNewest ? known : await compile(tx, { name, version }, references)
      this.#policies.set(name, newest)
      compiled.push(newest)
    }
    return compiled
  }

  async references(tx: Tx): Promise<NewestReferences> {
    const newest = await newestVersions(tx, 'referenceValues')
    const versions = new Map(newest.map(({ name, version }) => [name, version]))
    const known = this.#references
    if (newest.every(({ name, version }) => known.versions.get(name) === version)) return known
    const library = new Map(known.library)
    for (const { name, version } of newest) {
      if (known.versions.get(name) === version) continue
      const row = await existing(tx, 'referenceValues', { name, version })
      library.set(name, parseReferenceValues(row.document, row.source))
    }
    this.#references = { library, versions }
    return this.#references
  }
}

/** Which of these policies judges a machine: the one for the machine goes before the one for its group. */
export function inForceOf(policies: readonly Compiled[], machine: Subject): InForce {
  const byMachine = policies.filter(({ policy }) => policy.machines.includes(machine.name))
  const candidates =
    byMachine.length > 0 ? byMachine : policies.filter(({ policy }) => policy.groups.includes(machine.groupName))
  const [first, ...others] = candidates
  if (first === undefined) return { kind: 'none' }
  if (others.length > 0) return { kind: 'ambiguous', names: candidates.map(({ policy }) => policy.name) }
  return { kind: 'one', ...first }
}

/** A policy, and the versions of the reference values that it refers to. */
export function withReferences(policy: CompiledPolicy, version: number, { versions }: NewestReferences): Compiled {
  const referenceVersions = Object.fromEntries(policy.references.map((name) => [name, versions.get(name) ?? 0]))
  return { policy, version, referenceVersions }
}

const isUpToDate = ({ referenceVersions }: Compiled, { versions }: NewestReferences): boolean =>
  Object.entries(referenceVersions).every(([name, version]) => versions.get(name) === version)

interface Version {
  readonly name: string
  readonly version: number
}

async function compile(tx: Tx, wanted: Version, references: NewestReferences): Promise<Compiled> {
  const row = await existing(tx, 'policies', wanted)
  return withReferences(parsePolicy(row.document, row.source, references.library), wanted.version, references)
}

async function existing(
  tx: Tx,
  table: 'policies' | 'referenceValues',
  { name, version }: Version,
): Promise<Row<'policies'>> {
  const row = await documentVersion(tx, table, name, version)
  if (row === undefined) throw new TypeError(`no version ${version} of ${name}`)
  return row
}
