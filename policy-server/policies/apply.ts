import {
  kindOf,
  parsePolicy,
  parseReferenceValues,
  PolicyError,
  type CompiledPolicy,
  type DocumentKind,
  type Library,
} from '../../core/policy/index.ts'
import { RpcError } from '../../core/rpc/index.ts'
import { machineNamed, type Row, type Store, type Tx } from '../store/index.ts'
import type { PolicyShelf } from './in-force.ts'
import { documentTables, documentVersion, kindNamed, newestVersion } from './versions.ts'

export interface PolicyDocument {
  readonly document: string
  /** File name, for messages. */
  readonly source: string
}

/** By whom, and when. */
export interface Application {
  readonly by: string
  readonly unixMs: number
  readonly reason?: string
  /** The newest version that whoever applies has seen; 0, or left out, for any. */
  readonly expectedVersion?: number
}

/** A version of a policy or of reference values, and what the engineer should know of it. */
export interface AppliedPolicy {
  readonly kind: DocumentKind
  readonly row: Row<'policies'>
  readonly warnings: readonly string[]
}

/**
 * Puts a document in force as a new version; earlier versions stay as they were. The newest version applied again is no new
 * one.
 * @throws RpcError `policy/invalid` with line and column, or naming the policy that is for the same machine or group, or that
 * would lose reference values it needs.
 */
export function applyPolicy(
  store: Store,
  shelf: PolicyShelf,
  given: PolicyDocument,
  applied: Application,
): Promise<AppliedPolicy> {
  const isReferences = kindOf(given.document) === 'ReferenceValues'
  return store.transact((tx) => (isReferences ? applyReferenceValues : applyBootPolicy)(tx, shelf, given, applied))
}

async function applyBootPolicy(
  tx: Tx,
  shelf: PolicyShelf,
  given: PolicyDocument,
  applied: Application,
): Promise<AppliedPolicy> {
  const policy = await checkedPolicy(tx, shelf, given)
  const row = await keepVersion(tx, 'BootPolicy', policy.name, given, applied)
  return { kind: 'BootPolicy', row, warnings: await warningsOf(tx, policy) }
}

/**
 * Reads a policy as it would be applied.
 * @throws RpcError `policy/invalid`.
 */
export async function checkedPolicy(
  tx: Tx,
  shelf: PolicyShelf,
  { document, source }: PolicyDocument,
): Promise<CompiledPolicy> {
  const { library } = await shelf.references(tx)
  const policy = checked(() => parsePolicy(document, source, library))
  const others = (await shelf.newest(tx)).map((each) => each.policy).filter(({ name }) => name !== policy.name)
  refuseSecondFor(policy, others)
  return policy
}

async function applyReferenceValues(
  tx: Tx,
  shelf: PolicyShelf,
  given: PolicyDocument,
  applied: Application,
): Promise<AppliedPolicy> {
  const values = checked(() => parseReferenceValues(given.document, given.source))
  const { library } = await shelf.references(tx)
  await refuseLoss(tx, shelf, values.name, new Map([...library, [values.name, values]]))
  const row = await keepVersion(tx, 'ReferenceValues', values.name, given, applied)
  return { kind: 'ReferenceValues', row, warnings: [] }
}

/** A policy in force must not come to refer to something that is not there. */
async function refuseLoss(tx: Tx, shelf: PolicyShelf, changed: string, library: Library): Promise<void> {
  for (const { policy, version } of await shelf.newest(tx)) {
    if (!policy.references.includes(changed)) continue
    const row = await documentVersion(tx, 'policies', policy.name, version)
    if (row === undefined) continue
    checked(() => parsePolicy(row.document, `${policy.name}, which is in force (${row.source})`, library))
  }
}

/** What a reader refuses becomes an answer. */
export function checked<Parsed>(parse: () => Parsed): Parsed {
  try {
    return parse()
  } catch (error) {
    if (error instanceof PolicyError) throw new RpcError('policy/invalid', error.message, { cause: error })
    throw error
  }
}

async function keepVersion(
  tx: Tx,
  kind: DocumentKind,
  name: string,
  { document, source }: PolicyDocument,
  applied: Application,
): Promise<Row<'policies'>> {
  const taken = await kindNamed(tx, name)
  if (taken !== undefined && taken !== kind)
    throw new RpcError('policy/invalid', `${name} is the name of a ${taken} document already.`)
  const table = documentTables[kind]
  const former = await newestVersion(tx, table, name)
  if (former?.document === document) return former
  const newest = former?.version ?? 0
  const { expectedVersion = 0, reason = '' } = applied
  if (expectedVersion !== 0 && expectedVersion !== newest)
    throw new RpcError(
      'policy/changed',
      `${name} has version ${newest} by now, not ${expectedVersion}: look at it again.`,
    )
  const version = newest + 1
  const row = { name, version, document, source, appliedUnixMs: applied.unixMs, appliedBy: applied.by, reason }
  await tx.insertInto(table).values(row).execute()
  return row
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
