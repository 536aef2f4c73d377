import { parsePolicy, type CompiledPolicy } from '../../core/policy/index.ts'
import type { Row, Tx } from '../store/index.ts'

/** Which policy judges a machine: none, one, or (which apply prevents) several that are equally specific. */
export type InForce =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly policy: CompiledPolicy; readonly version: number }
  | { readonly kind: 'ambiguous'; readonly names: readonly string[] }

/** Whom a policy is for: a machine by name beats its group. */
interface Subject {
  readonly name: string
  readonly groupName: string
}

/** A version of a policy, ready to judge. */
interface Compiled {
  readonly policy: CompiledPolicy
  readonly version: number
}

/** The newest version of every policy, read and compiled once. */
export class PolicyShelf {
  readonly #newest = new Map<string, Compiled>()

  async inForce(tx: Tx, machine: Subject): Promise<InForce> {
    const compiled = await this.newest(tx)
    const byMachine = compiled.filter(({ policy }) => policy.machines.includes(machine.name))
    const candidates =
      byMachine.length > 0 ? byMachine : compiled.filter(({ policy }) => policy.groups.includes(machine.groupName))
    const [first, ...others] = candidates
    if (first === undefined) return { kind: 'none' }
    if (others.length > 0) return { kind: 'ambiguous', names: candidates.map(({ policy }) => policy.name) }
    return { kind: 'one', ...first }
  }

  /** By name. */
  async newest(tx: Tx): Promise<readonly Compiled[]> {
    const compiled: Compiled[] = []
    for (const { name, version } of await newestVersions(tx)) {
      const known = this.#newest.get(name)
      const newest = known?.version === version ? known : await compile(tx, name, version)
      this.#newest.set(name, newest)
      compiled.push(newest)
    }
    return compiled
  }
}

async function compile(tx: Tx, name: string, version: number): Promise<Compiled> {
  const row = await policyVersion(tx, name, version)
  if (row === undefined) throw new TypeError(`no version ${version} of policy ${name}`)
  return { policy: parsePolicy(row.document, row.source), version }
}

/** By name. */
export function newestVersions(tx: Tx): Promise<readonly { readonly name: string; readonly version: number }[]> {
  return tx
    .selectFrom('policies')
    .select((select) => ['name', select.fn.max('version').as('version')])
    .groupBy('name')
    .orderBy('name')
    .execute()
}

export function policyVersion(tx: Tx, name: string, version: number): Promise<Row<'policies'> | undefined> {
  return tx
    .selectFrom('policies')
    .selectAll()
    .where('name', '=', name)
    .where('version', '=', version)
    .executeTakeFirst()
}

export function newestVersion(tx: Tx, name: string): Promise<Row<'policies'> | undefined> {
  return tx
    .selectFrom('policies')
    .selectAll()
    .where('name', '=', name)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
}
