import {
  kindOf,
  parseAnnouncement,
  parsePolicy,
  parseReferenceValues,
  parseSigners,
  PolicyError,
  type CompiledPolicy,
  type DocumentKind,
  type Library,
  type Signers,
} from '../../core/policy/index.ts'
import { RpcError } from '../../core/rpc/index.ts'
import { machineNamed, type Store, type Tx } from '../store/index.ts'
import { announcementWarnings } from './announcements.ts'
import type { PolicyShelf } from './in-force.ts'
import { putForward, type Application, type PutForward } from './put-forward.ts'
import { documentVersion } from './versions.ts'

export interface PolicyDocument {
  readonly document: string
  /** File name, for messages. */
  readonly source: string
}

/** A version of a document, or one that waits for signatures, and what the engineer should know of it. */
export interface AppliedPolicy extends PutForward {
  readonly kind: DocumentKind
  readonly warnings: readonly string[]
}

/**
 * Puts a document in force as a new version, or keeps it until enough engineers have signed it; earlier versions stay as they
 * were. The newest version applied again is no new one.
 * @throws RpcError `policy/invalid` with line and column, or naming the policy that is for the same machine or group, or that
 * would lose reference values it needs; `policy/changed`; `policy/signature`.
 */
export function applyPolicy(
  store: Store,
  shelf: PolicyShelf,
  given: PolicyDocument,
  applied: Application,
): Promise<AppliedPolicy> {
  return store.transact(async (tx) => {
    const kind = kindOf(given.document) ?? 'BootPolicy'
    const { warnings, ...found } = await readers[kind](tx, shelf, given, applied.unixMs)
    const { document, source } = given
    return { kind, warnings, ...(await putForward(tx, { kind, document, source, ...found }, applied)) }
  })
}

/** What reading a document gives: its name, and what the engineer should know. */
interface Found {
  readonly name: string
  readonly signers?: Signers
  readonly warnings: readonly string[]
}
type Reader = (tx: Tx, shelf: PolicyShelf, given: PolicyDocument, nowUnixMs: number) => Promise<Found>

const readers: Readonly<Record<DocumentKind, Reader>> = {
  BootPolicy: async (tx, shelf, given) => {
    const policy = await checkedPolicy(tx, shelf, given)
    return { name: policy.name, warnings: await warningsOf(tx, policy) }
  },
  ReferenceValues: async (tx, shelf, given) => {
    const values = checked(() => parseReferenceValues(given.document, given.source))
    const { library } = await shelf.references(tx)
    await refuseLoss(tx, shelf, values.name, new Map([...library, [values.name, values]]))
    return { name: values.name, warnings: [] }
  },
  Announcement: async (tx, shelf, given, nowUnixMs) => {
    const announcement = checked(() => parseAnnouncement(given.document, given.source))
    return { name: announcement.name, warnings: await announcementWarnings(tx, shelf, announcement, nowUnixMs) }
  },
  Signers: (_tx, _shelf, given) => {
    const signers = checked(() => parseSigners(given.document, given.source))
    return Promise.resolve({ name: signers.name, signers, warnings: signers.warnings })
  },
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
