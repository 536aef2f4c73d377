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

/** The newest version of every policy, compiled once. */
export class PolicyShelf {
  readonly #compiled = new Map<string, CompiledPolicy>()

  async inForce(tx: Tx, machine: Subject): Promise<InForce> {
    const newest = await newestPolicies(tx)
    const compiled = newest.map((row) => ({ policy: this.compiled(row), version: row.version }))
    const byMachine = compiled.filter(({ policy }) => policy.machines.includes(machine.name))
    const candidates =
      byMachine.length > 0 ? byMachine : compiled.filter(({ policy }) => policy.groups.includes(machine.groupName))
    const [first, ...others] = candidates
    if (first === undefined) return { kind: 'none' }
    if (others.length > 0) return { kind: 'ambiguous', names: candidates.map(({ policy }) => policy.name) }
    return { kind: 'one', ...first }
  }

  compiled(row: Row<'policies'>): CompiledPolicy {
    const key = `${row.name}/${row.version}`
    const policy = this.#compiled.get(key) ?? parsePolicy(row.document, row.source)
    this.#compiled.set(key, policy)
    return policy
  }
}

/** By name. */
export function newestPolicies(tx: Tx): Promise<readonly Row<'policies'>[]> {
  return tx
    .selectFrom('policies as p')
    .selectAll()
    .where((where) =>
      where(
        'p.version',
        '=',
        where
          .selectFrom('policies as newer')
          .select((select) => select.fn.max('newer.version').as('newest'))
          .whereRef('newer.name', '=', 'p.name'),
      ),
    )
    .orderBy('p.name')
    .execute()
}
