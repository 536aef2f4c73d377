import { parsePolicy } from '../../core/policy/index.ts'
import { RpcError } from '../../core/rpc/index.ts'
import type { Row, Store, Tx } from '../store/index.ts'
import { warningsOf, type AppliedPolicy } from './apply.ts'
import { newestVersion, newestVersions, policyVersion } from './in-force.ts'

/**
 * One version of a policy; 0 for the newest.
 * @throws RpcError `policy/unknown`.
 */
export function showPolicy(store: Store, name: string, version: number): Promise<AppliedPolicy> {
  return store.transact(async (tx) => {
    const row = version === 0 ? await newestVersion(tx, name) : await policyVersion(tx, name, version)
    if (row === undefined) throw new RpcError('policy/unknown')
    return await withWarnings(tx, row)
  })
}

/** The newest version of each, by name. */
export function listPolicies(store: Store): Promise<readonly AppliedPolicy[]> {
  return store.transact(async (tx) => {
    const applied: AppliedPolicy[] = []
    for (const { name } of await newestVersions(tx)) {
      const row = await newestVersion(tx, name)
      if (row !== undefined) applied.push(await withWarnings(tx, row))
    }
    return applied
  })
}

async function withWarnings(tx: Tx, row: Row<'policies'>): Promise<AppliedPolicy> {
  return { row, warnings: await warningsOf(tx, parsePolicy(row.document, row.source)) }
}
