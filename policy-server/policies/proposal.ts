import { kindOf, parsePolicy, parseReferenceValues } from '../../core/policy/index.ts'
import type { Tx } from '../store/index.ts'
import { checked, checkedPolicy, type PolicyDocument } from './apply.ts'
import { withReferences, type Compiled, type PolicyShelf } from './in-force.ts'
import { documentVersion, newestVersion } from './versions.ts'

/** The policies in force now, and those that would be if a document were applied. */
export interface Proposal {
  readonly now: readonly Compiled[]
  readonly then: readonly Compiled[]
}

/**
 * Reads a document as it would be applied; nothing is written.
 * @throws RpcError `policy/invalid`, as its application would.
 */
export async function proposalOf(tx: Tx, shelf: PolicyShelf, given: PolicyDocument): Promise<Proposal> {
  const now = await shelf.newest(tx)
  const then = await (kindOf(given.document) === 'ReferenceValues' ? withValues : withPolicy)(tx, shelf, given, now)
  return { now, then }
}

async function withPolicy(
  tx: Tx,
  shelf: PolicyShelf,
  given: PolicyDocument,
  now: readonly Compiled[],
): Promise<readonly Compiled[]> {
  const policy = await checkedPolicy(tx, shelf, given)
  const version = ((await newestVersion(tx, 'policies', policy.name))?.version ?? 0) + 1
  const others = now.filter((each) => each.policy.name !== policy.name)
  return [...others, withReferences(policy, version, await shelf.references(tx))]
}

async function withValues(
  tx: Tx,
  shelf: PolicyShelf,
  given: PolicyDocument,
  now: readonly Compiled[],
): Promise<readonly Compiled[]> {
  const values = checked(() => parseReferenceValues(given.document, given.source))
  const { library, versions } = await shelf.references(tx)
  const changed = {
    library: new Map([...library, [values.name, values]]),
    versions: new Map([...versions, [values.name, (versions.get(values.name) ?? 0) + 1]]),
  }
  return await Promise.all(
    now.map(async (each) => {
      if (!each.policy.references.includes(values.name)) return each
      const { name } = each.policy
      const row = await documentVersion(tx, 'policies', name, each.version)
      if (row === undefined) throw new TypeError(`no version ${each.version} of ${name}`)
      const policy = checked(() => parsePolicy(row.document, `${name}, which is in force`, changed.library))
      return withReferences(policy, each.version, changed)
    }),
  )
}
