import { parseSigners, PolicyError, type DocumentKind, type Signers } from '../../core/policy/index.ts'
import { RpcError } from '../../core/rpc/index.ts'
import { documentDigest } from '../../core/signing/index.ts'
import type { Row, Tx } from '../store/index.ts'
import type { AppliedPolicy } from './apply.ts'
import { demandOf, largestDemand } from './demand.ts'
import type { PolicyShelf } from './in-force.ts'
import { proposalOf } from './proposal.ts'
import { pendingProposals, signaturesOf } from './proposals.ts'
import { asVersion } from './put-forward.ts'
import { quorumFor, tally } from './quorum.ts'
import { documentKinds, documentTables } from './versions.ts'

/** A document, and all that is on record of how it came to be in force or waits to be. */
export interface DocumentRecord extends AppliedPolicy {
  /** Who put it forward and who signed it; undefined where nobody had to. */
  readonly signed:
    | {
        readonly proposedBy: string
        readonly proposedUnixMs: number
        readonly signatures: readonly Row<'changeSignatures'>[]
      }
    | undefined
}

export async function recordOf(tx: Tx, applied: AppliedPolicy): Promise<DocumentRecord> {
  const { kind, row, waiting } = applied
  let query = tx.selectFrom('proposals').selectAll()
  query =
    waiting === undefined
      ? query.where('kind', '=', kind).where('name', '=', row.name).where('version', '=', row.version)
      : query.where('number', '=', waiting.proposal)
  const proposals = waiting === undefined ? query.where('state', '=', 'activated') : query
  const proposal = await proposals.executeTakeFirst()
  if (proposal === undefined) return { ...applied, signed: undefined }
  const { number, proposedBy, proposedUnixMs } = proposal
  return { ...applied, signed: { proposedBy, proposedUnixMs, signatures: await signaturesOf(tx, number) } }
}

/**
 * Every version of a name, the newest first.
 * @throws RpcError `policy/unknown`.
 */
export async function versionsOf(tx: Tx, name: string): Promise<readonly DocumentRecord[]> {
  const records: DocumentRecord[] = []
  for (const kind of documentKinds) {
    const rows = await tx
      .selectFrom(documentTables[kind])
      .selectAll()
      .where('name', '=', name)
      .orderBy('version', 'desc')
      .execute()
    for (const row of rows) records.push(await recordOf(tx, { kind, row, warnings: [] }))
  }
  if (records.length === 0) throw new RpcError('policy/unknown')
  return records
}

/** What a server needs to count signatures. */
export interface Counting {
  readonly serverId: Uint8Array
  readonly unixMs: number
}

/** All that waits for signatures, the oldest first, with the signatures that count now. */
export async function proposalRecords(
  tx: Tx,
  shelf: PolicyShelf,
  counting: Counting,
): Promise<readonly DocumentRecord[]> {
  const records: DocumentRecord[] = []
  for (const proposal of await pendingProposals(tx)) records.push(await proposalRecord(tx, shelf, proposal, counting))
  return records
}

/** @throws RpcError `policy/unknown`. */
export async function proposalNumbered(
  tx: Tx,
  shelf: PolicyShelf,
  number: number,
  counting: Counting,
): Promise<DocumentRecord> {
  const proposal = (await pendingProposals(tx)).find((one) => one.number === number)
  if (proposal === undefined) throw new RpcError('policy/unknown', `No document waits under the number ${number}.`)
  return await proposalRecord(tx, shelf, proposal, counting)
}

async function proposalRecord(
  tx: Tx,
  shelf: PolicyShelf,
  proposal: Row<'proposals'>,
  { serverId, unixMs }: Counting,
): Promise<DocumentRecord> {
  const kind = proposal.kind as DocumentKind
  const { number, name, version, document } = proposal
  const change = { serverId, kind, name, version, sha256: documentDigest(document) }
  const demand = await demandNow(tx, shelf, proposal, unixMs)
  const signers = kind === 'Signers' ? signersOf(proposal) : undefined
  const quorum = await quorumFor(tx, { kind, signers, demand }, unixMs)
  const counted = await tally(quorum, change, await signaturesOf(tx, number), unixMs)
  return await recordOf(tx, { kind, row: asVersion(proposal), warnings: [], waiting: { ...counted, proposal: number } })
}

/** What groups demand of a document that waits; of one that could not be applied any more, all that any does. */
async function demandNow(
  tx: Tx,
  shelf: PolicyShelf,
  { kind, name, document, source }: Row<'proposals'>,
  unixMs: number,
): Promise<number> {
  try {
    const proposed = await proposalOf(tx, shelf, { document, source }, unixMs)
    return await demandOf(
      tx,
      { ...proposed, posted: await shelf.announcements.all(tx) },
      { kind: kind as DocumentKind, name },
    )
  } catch (error) {
    if (error instanceof RpcError) return await largestDemand(tx, await shelf.documents(tx))
    throw error
  }
}

function signersOf({ document, source }: Row<'proposals'>): Signers | undefined {
  try {
    return parseSigners(document, source)
  } catch (error) {
    if (error instanceof PolicyError) return undefined
    throw error
  }
}
