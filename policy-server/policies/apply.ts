import {
  kindOf,
  parseAnnouncement,
  parseReferenceValues,
  parseSigners,
  type CompiledPolicy,
  type DocumentKind,
  type Signers,
} from '../../core/policy/index.ts'
import { machineNamed, type Store, type Tx } from '../store/index.ts'
import { announcementWarnings } from './announce.ts'
import { demandOf } from './demand.ts'
import type { Documents, PolicyShelf } from './in-force.ts'
import { proposalOf } from './proposal.ts'
import { putForward, type Application, type PutForward } from './put-forward.ts'
import { engineersAble } from './quorum.ts'
import { checked, checkedGroup, checkedPolicy, withValues, type PolicyDocument } from './read-among.ts'

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
    const proposal = await proposalOf(tx, shelf, given, applied.unixMs)
    const demand = await demandOf(tx, { ...proposal, posted: await shelf.announcements.all(tx) }, { kind, ...found })
    return { kind, warnings, ...(await putForward(tx, { kind, document, source, demand, ...found }, applied)) }
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
    const documents = await shelf.documents(tx)
    const policy = checkedPolicy(documents, given)
    return { name: policy.name, warnings: await warningsOf(tx, policy, documents) }
  },
  ReferenceValues: async (tx, shelf, given) => {
    const values = checked(() => parseReferenceValues(given.document, given.source))
    await withValues(tx, await shelf.documents(tx), values)
    return { name: values.name, warnings: [] }
  },
  Group: async (tx, shelf, given, nowUnixMs) => {
    const { name } = checkedGroup(await shelf.documents(tx), given, await engineersAble(tx, nowUnixMs))
    return { name, warnings: await groupWarnings(tx, name) }
  },
  Announcement: async (tx, shelf, given, nowUnixMs) => {
    const { library } = (await shelf.documents(tx)).collection
    const announcement = checked(() => parseAnnouncement(given.document, given.source, library))
    return { name: announcement.name, warnings: await announcementWarnings(tx, shelf, announcement, nowUnixMs) }
  },
  Signers: (_tx, _shelf, given) => {
    const signers = checked(() => parseSigners(given.document, given.source))
    return Promise.resolve({ name: signers.name, signers, warnings: signers.warnings })
  },
}

/** What the policy's author warned himself of, and names that nothing has. */
export async function warningsOf(
  tx: Tx,
  policy: CompiledPolicy,
  { collection }: Documents,
): Promise<readonly string[]> {
  const warnings = [...policy.warnings]
  const isNamed = [...collection.groups.values()].some((group) => group.policy === policy.name)
  if (policy.machines.length + policy.groups.length === 0 && !isNamed)
    warnings.push('names no machines and no groups, and no Group names it: it is for nobody')
  for (const name of policy.machines)
    if ((await machineNamed(tx, name)) === undefined) warnings.push(`there is no machine named ${name}`)
  for (const name of policy.groups) warnings.push(...(await groupWarnings(tx, name)))
  return warnings
}

/** Machines are in groups that invitations made: another one is empty. */
export async function groupWarnings(tx: Tx, name: string): Promise<readonly string[]> {
  const group = await tx.selectFrom('groups').select('name').where('name', '=', name).executeTakeFirst()
  return group === undefined ? [`there is no group named ${name}`] : []
}
