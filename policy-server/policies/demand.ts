import {
  signaturesDemanded,
  type Announcement,
  type ChangedDocument,
  type DocumentKind,
} from '../../core/policy/index.ts'
import { RpcError } from '../../core/rpc/index.ts'
import { engineersOf } from '../../core/signing/index.ts'
import { listMachines, type Tx } from '../store/index.ts'
import type { Documents } from './in-force.ts'
import type { Proposal } from './proposal.ts'
import { signaturesOf } from './proposals.ts'

/** Whose name is in no document: what is asked for it, is asked for the list of signers. */
const everything: ChangedDocument = { kind: 'Signers', name: '' }

/** What is announced. */
interface Posted {
  readonly posted: readonly Announcement[]
}

type Demanded = (documents: Documents, changed: ChangedDocument) => number

/**
 * How many engineers groups want to sign a change: whatever is demanded of the documents as they are, so that a demand falls only
 * with its own signatures, and as they would be.
 * @throws RpcError `policy/invalid` where the change would put machines under something that was signed by fewer.
 */
export async function demandOf(
  tx: Tx,
  { now, then, announcement, former, posted }: Proposal & Pick<Posted, 'posted'>,
  { kind, name }: Pick<ChangedDocument, 'kind' | 'name'>,
): Promise<number> {
  const demanded = await demanding(tx, posted)
  const before = demanded(now, { kind, name, announcement: former })
  const after = demanded(then, { kind, name, announcement })
  await refuseUnsigned(tx, { now, then, kind, name, announcement }, demanded)
  return Math.max(before, after)
}

/** The largest of all demands. */
export async function largestDemand(tx: Tx, documents: Documents): Promise<number> {
  return (await demanding(tx, []))(documents, everything)
}

async function demanding(tx: Tx, posted: Posted['posted']): Promise<Demanded> {
  const groups = new Map((await listMachines(tx)).map(({ name, groupName }) => [name, groupName]))
  return ({ collection, unreadable }, changed) => {
    const isUnread = unreadable.some(({ kind, name }) => kind === changed.kind && name === changed.name)
    // Whom it is about nobody can say
    const isUnknown = isUnread && changed.kind !== 'Group'
    return signaturesDemanded(collection, isUnknown ? everything : changed, (machine) => groups.get(machine), posted)
  }
}

/**
 * Without this one person could prepare what nobody has to sign yet, and let others sign a document that merely names it: what a
 * document comes to name has been signed by as many as are to sign for its machines.
 */
async function refuseUnsigned(
  tx: Tx,
  { now, then, kind, name, announcement }: Proposal & { readonly kind: DocumentKind; readonly name: string },
  demanded: Demanded,
): Promise<void> {
  // A group that begins to demand signatures takes what it has; a policy for more machines brings to them all that it names.
  const before = new Set(kind === 'Group' ? namedBy(now, { kind, name }).map(({ name: known }) => known) : [])
  for (const named of namedBy(then, { kind, name, announcement })) {
    // An announcement is not among the documents yet that say whom its values are for
    const whose = announcement === undefined ? named : { kind, name, announcement }
    const asked = demanded(then, whose)
    if (before.has(named.name) || asked <= demanded(now, named)) continue
    const signed = await engineersBehind(tx, named, versionOf(then, named))
    if (signed < asked)
      throw new RpcError(
        'policy/invalid',
        `${named.kind} ${named.name} would come to be about machines for which ${asked} engineers sign, and ${signed} have signed its newest version: put a signed one in force first.`,
      )
  }
}

/** What a document names, beside machines and groups. */
function namedBy({ collection }: Documents, { kind, name, announcement }: ChangedDocument): readonly ChangedDocument[] {
  const policy = kind === 'BootPolicy' ? collection.policies.get(name) : undefined
  const group = kind === 'Group' ? collection.groups.get(name) : undefined
  const references = (policy ?? group ?? announcement)?.references ?? []
  const judging = group?.policy
  return [
    ...references.map((one) => ({ kind: 'ReferenceValues', name: one }) as const),
    ...(judging === undefined ? [] : [{ kind: 'BootPolicy', name: judging } as const]),
  ]
}

const versionOf = ({ versions }: Documents, { kind, name }: ChangedDocument): number =>
  (kind === 'BootPolicy' ? versions.policies : versions.references).get(name) ?? 0

async function engineersBehind(tx: Tx, { kind, name }: ChangedDocument, version: number): Promise<number> {
  const proposal = await tx
    .selectFrom('proposals')
    .select('number')
    .where('state', '=', 'activated')
    .where('kind', '=', kind)
    .where('name', '=', name)
    .where('version', '=', version)
    .executeTakeFirst()
  return proposal === undefined ? 0 : engineersOf(await signaturesOf(tx, proposal.number)).size
}
