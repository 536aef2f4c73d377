import { parseGroup, parsePolicy, PolicyError, type DocumentKind } from '../../core/policy/index.ts'
import { RpcError } from '../../core/rpc/index.ts'
import type { Row, Store, Tx } from '../store/index.ts'
import { groupWarnings, warningsOf, type AppliedPolicy } from './apply.ts'
import type { PolicyShelf } from './in-force.ts'
import { documentKinds, documentTables, documentVersion, newestVersion, newestVersions } from './versions.ts'

/**
 * One version of a document; 0 for the newest. Where a group has the name of another document, `wanted` says which is meant.
 * @throws RpcError `policy/unknown`.
 */
export function showPolicy(
  store: Store,
  shelf: PolicyShelf,
  name: string,
  version: number,
  wanted?: DocumentKind,
): Promise<AppliedPolicy> {
  return store.transact(async (tx) => {
    for (const kind of wanted === undefined ? documentKinds : [wanted]) {
      const table = documentTables[kind]
      const row = await (version === 0 ? newestVersion(tx, table, name) : documentVersion(tx, table, name, version))
      if (row !== undefined) return await withWarnings(tx, shelf, kind, row)
    }
    throw new RpcError('policy/unknown')
  })
}

/** The newest version of each policy, by name, then of the other kinds of documents. */
export function listPolicies(store: Store, shelf: PolicyShelf): Promise<readonly AppliedPolicy[]> {
  return store.transact(async (tx) => {
    const applied: AppliedPolicy[] = []
    for (const kind of documentKinds)
      for (const { name } of await newestVersions(tx, documentTables[kind])) {
        const row = await newestVersion(tx, documentTables[kind], name)
        if (row !== undefined) applied.push(await withWarnings(tx, shelf, kind, row))
      }
    return applied
  })
}

async function withWarnings(
  tx: Tx,
  shelf: PolicyShelf,
  kind: DocumentKind,
  row: Row<'policies'>,
): Promise<AppliedPolicy> {
  const documents = await shelf.documents(tx)
  const { library } = documents.collection
  try {
    switch (kind) {
      case 'BootPolicy':
        return { kind, row, warnings: await warningsOf(tx, parsePolicy(row.document, row.source, library), documents) }
      case 'Group':
        parseGroup(row.document, row.source, library)
        return { kind, row, warnings: await groupWarnings(tx, row.name) }
      case 'ReferenceValues':
      case 'Announcement':
      case 'Signers':
        return { kind, row, warnings: [] }
    }
  } catch (error) {
    // An earlier version may refer to values that are there no more; it is shown, but could not be applied.
    if (error instanceof PolicyError) return { kind, row, warnings: [error.message] }
    throw error
  }
}
