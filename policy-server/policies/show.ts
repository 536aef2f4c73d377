import { RpcError } from '../../core/rpc/index.ts'
import type { Store, Tx } from '../store/index.ts'
import { warningsOf, type AppliedPolicy } from './apply.ts'
import { newestPolicies, type PolicyShelf } from './in-force.ts'

/**
 * One version of a policy; 0 for the newest.
 * @throws RpcError `policy/unknown`.
 */
export function showPolicy(store: Store, shelf: PolicyShelf, name: string, version: number): Promise<AppliedPolicy> {
  return store.transact(async (tx) => {
    const row = version === 0 ? await newestOf(tx, name) : await versionOf(tx, name, version)
    if (row === undefined) throw new RpcError('policy/unknown')
    return { row, warnings: await warningsOf(tx, shelf.compiled(row)) }
  })
}

/** The newest version of each, by name. */
export function listPolicies(store: Store, shelf: PolicyShelf): Promise<readonly AppliedPolicy[]> {
  return store.transact(async (tx) => {
    const applied: AppliedPolicy[] = []
    for (const row of await newestPolicies(tx))
      applied.push({ row, warnings: await warningsOf(tx, shelf.compiled(row)) })
    return applied
  })
}

function newestOf(tx: Tx, name: string) {
  return tx.selectFrom('policies').selectAll().where('name', '=', name).orderBy('version', 'desc').executeTakeFirst()
}

function versionOf(tx: Tx, name: string, version: number) {
  return tx
    .selectFrom('policies')
    .selectAll()
    .where('name', '=', name)
    .where('version', '=', version)
    .executeTakeFirst()
}
