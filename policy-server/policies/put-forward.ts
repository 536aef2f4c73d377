import type { DocumentKind, Signers } from '../../core/policy/index.ts'
import { RpcError } from '../../core/rpc/index.ts'
import {
  documentDigest,
  SignatureError,
  verifyChange,
  type Change,
  type VerifiedSignature,
} from '../../core/signing/index.ts'
import type { Row, Tx } from '../store/index.ts'
import { endProposal, keepSignatures, openProposal, signaturesOf, supersedeOthers } from './proposals.ts'
import { refuseUnlessPreviewed } from './previewed.ts'
import { quorumFor, tally, type Tally } from './quorum.ts'
import { documentTables, kindNamed, newestVersion } from './versions.ts'

/** A document that was found good, by what it calls itself. */
export interface NamedDocument {
  readonly kind: DocumentKind
  readonly name: string
  readonly document: string
  /** File name, for messages. */
  readonly source: string
  /** What it is, where it lists signers. */
  readonly signers?: Signers
  /** How many engineers groups want to sign it. */
  readonly demand: number
}

/** Which version of a document. */
export interface DocumentVersion {
  readonly kind: DocumentKind
  readonly name: string
  readonly version: number
}

/** By whom, and when. */
export interface Application {
  readonly by: string
  readonly unixMs: number
  readonly reason?: string
  /** The newest version that whoever applies has seen; 0, or left out, for any. */
  readonly expectedVersion?: number
  /** Versions of other documents that he has seen. */
  readonly expected?: readonly DocumentVersion[]
  /** What a preview of the document was computed on; empty, or left out, where he has seen none. */
  readonly previewed?: string
  /** The server that decides: signatures are for no other. */
  readonly serverId?: Uint8Array
  /** JWS in General JSON Serialization, as it was given. */
  readonly signatures?: string
}

/** A version that is in force now, or one that waits for signatures. */
export interface PutForward {
  readonly row: Row<'policies'>
  readonly waiting?: Tally & { readonly proposal: number }
}

/**
 * Puts a document in force as the next version of its name, or keeps it until enough engineers have signed exactly that. The
 * newest version put forward again is no new one.
 * @throws RpcError `policy/invalid`, `policy/changed`, `policy/signature`.
 */
export async function putForward(tx: Tx, given: NamedDocument, applied: Application): Promise<PutForward> {
  const { kind, name, document, source } = given
  await refuseChanged(tx, applied.expected ?? [])
  const taken = kind === 'Group' ? undefined : await kindNamed(tx, name)
  if (taken !== undefined && taken !== kind && taken !== 'Group')
    throw new RpcError('policy/invalid', `${name} is the name of a ${taken} document already.`)
  const former = await newestVersion(tx, documentTables[kind], name)
  if (former?.document === document) return { row: former }
  const { previewed = '' } = applied
  if (previewed !== '') await refuseUnlessPreviewed(tx, document, previewed)
  const newest = former?.version ?? 0
  const { expectedVersion = 0, serverId = new Uint8Array(0), by, unixMs } = applied
  if (expectedVersion !== 0 && expectedVersion !== newest)
    throw new RpcError(
      'policy/changed',
      `${name} has version ${newest} by now, not ${expectedVersion}: look at it again.`,
    )

  const version = newest + 1
  const change = { serverId, kind, name, version, sha256: documentDigest(document) }
  const quorum = await quorumFor(tx, given, unixMs)
  const signed = await verified(change, applied, quorum.keyring)
  const row = { name, version, document, source, appliedUnixMs: unixMs, appliedBy: by, reason: applied.reason ?? '' }
  if (signed.length === 0 && quorum.isEmpty) {
    await tx.insertInto(documentTables[kind]).values(row).execute()
    await supersedeOthers(tx, { ...row, kind, number: 0 }, unixMs)
    return { row }
  }

  const proposal = await openProposal(tx, { ...row, kind })
  await keepSignatures(tx, proposal.number, signed, applied)
  const counted = await tally(quorum, change, await signaturesOf(tx, proposal.number), unixMs)
  if (!counted.isReached) return { row: asVersion(proposal), waiting: { ...counted, proposal: proposal.number } }

  const activated = { ...row, reason: row.reason === '' ? proposal.reason : row.reason }
  await tx.insertInto(documentTables[kind]).values(activated).execute()
  await endProposal(tx, proposal.number, { state: 'activated', endedUnixMs: unixMs, endedBy: by })
  await supersedeOthers(tx, proposal, unixMs)
  return { row: activated }
}

/** What somebody judged a change by has to be what it will be judged by. @throws RpcError `policy/changed` */
async function refuseChanged(tx: Tx, expected: readonly DocumentVersion[]): Promise<void> {
  for (const { kind, name, version } of expected) {
    const newest = (await newestVersion(tx, documentTables[kind], name))?.version ?? 0
    if (newest !== version)
      throw new RpcError('policy/changed', `${kind} ${name} has version ${newest} by now, not ${version}: look again.`)
  }
}

async function verified(
  change: Change,
  { signatures, unixMs }: Application,
  keyring: Parameters<typeof verifyChange>[2],
): Promise<readonly VerifiedSignature[]> {
  if (signatures === undefined || signatures === '') return []
  try {
    return await verifyChange(change, signatures, keyring, unixMs)
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error
    throw new RpcError('policy/signature', `${error.problem}: ${error.message}`, { cause: error })
  }
}

/** A proposal in the form of the version that it is to be. */
export function asVersion(proposal: Row<'proposals'>): Row<'policies'> {
  const { name, version, document, source, proposedUnixMs, proposedBy, reason } = proposal
  return { name, version, document, source, appliedUnixMs: proposedUnixMs, appliedBy: proposedBy, reason }
}
