import { parsePolicy, PolicyError, type CompiledPolicy } from '../../core/policy/index.ts'
import { RpcError } from '../../core/rpc/index.ts'
import { machineNamed, type Row, type Store, type Tx } from '../store/index.ts'
import { newestVersion, type PolicyShelf } from './in-force.ts'

export interface PolicyDocument {
  readonly document: string
  /** File name, for messages. */
  readonly source: string
}

/** A version of a policy, and what the engineer should know of it. */
export interface AppliedPolicy {
  readonly row: Row<'policies'>
  readonly warnings: readonly string[]
}

/**
 * Puts a policy in force as a new version; earlier versions stay as they were. The newest version applied again is no new one.
 * @throws RpcError `policy/invalid` with line and column, or naming the policy that is for the same machine or group.
 */
export async function applyPolicy(
  store: Store,
  shelf: PolicyShelf,
  given: PolicyDocument,
  applied: { readonly by: string; readonly unixMs: number },
): Promise<AppliedPolicy> {
  const policy = checkedPolicy(given)
  return await store.transact(async (tx) => {
    refuseSecondFor(
      policy,
      (await shelf.newest(tx)).map((each) => each.policy).filter(({ name }) => name !== policy.name),
    )
    const former = await newestVersion(tx, policy.name)
    const row = former?.document === given.document ? former : nextVersion(policy, given, former, applied)
    if (row !== former) await tx.insertInto('policies').values(row).execute()
    return { row, warnings: await warningsOf(tx, policy) }
  })
}

/** @throws RpcError `policy/invalid`. */
function checkedPolicy({ document, source }: PolicyDocument): CompiledPolicy {
  try {
    return parsePolicy(document, source)
  } catch (error) {
    if (error instanceof PolicyError) throw new RpcError('policy/invalid', error.message, { cause: error })
    throw error
  }
}

function nextVersion(
  { name }: CompiledPolicy,
  { document, source }: PolicyDocument,
  former: Row<'policies'> | undefined,
  applied: { readonly by: string; readonly unixMs: number },
): Row<'policies'> {
  const version = (former?.version ?? 0) + 1
  return { name, version, document, source, appliedUnixMs: applied.unixMs, appliedBy: applied.by }
}

/** Two policies for the same machine, or for the same group, would leave open which one judges. */
function refuseSecondFor(policy: CompiledPolicy, others: readonly CompiledPolicy[]): void {
  for (const other of others) {
    const machine = policy.machines.find((name) => other.machines.includes(name))
    const group = policy.groups.find((name) => other.groups.includes(name))
    const both = machine === undefined ? group && `the group ${group}` : `the machine ${machine}`
    if (both !== undefined)
      throw new RpcError('policy/invalid', `${policy.name} and ${other.name} are both for ${both}.`)
  }
}

/** What the policy's author warned himself of, and names that nothing has. */
export async function warningsOf(tx: Tx, policy: CompiledPolicy): Promise<readonly string[]> {
  const warnings = [...policy.warnings]
  for (const name of policy.machines)
    if ((await machineNamed(tx, name)) === undefined) warnings.push(`there is no machine named ${name}`)
  for (const name of policy.groups) {
    const group = await tx.selectFrom('groups').select('name').where('name', '=', name).executeTakeFirst()
    if (group === undefined) warnings.push(`there is no group named ${name}`)
  }
  return warnings
}
