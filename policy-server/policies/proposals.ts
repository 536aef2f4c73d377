import { RpcError } from '../../core/rpc/index.ts'
import type { VerifiedSignature } from '../../core/signing/index.ts'
import type { ProposalState, Row, Tx } from '../store/index.ts'

/** More would only hide what engineers are to sign. */
const mostPending = 256

type Version = Row<'policies'> & { readonly kind: string }

/** The proposal of exactly this document as exactly this version: the one that waits, or a new one. */
export async function openProposal(tx: Tx, version: Version): Promise<Row<'proposals'>> {
  const { appliedUnixMs: proposedUnixMs, appliedBy: proposedBy, ...said } = version
  const pending = await pendingProposals(tx)
  const waiting = pending.find(
    (one) =>
      one.kind === said.kind &&
      one.name === said.name &&
      one.version === said.version &&
      one.document === said.document,
  )
  if (waiting !== undefined) return waiting
  if (pending.length >= mostPending)
    throw new RpcError('request/too-many', `${pending.length} documents wait for signatures: withdraw some.`)

  const { value: number } = await tx
    .updateTable('counters')
    .set((set) => ({ value: set('value', '+', 1) }))
    .where('name', '=', 'proposals')
    .returning('value')
    .executeTakeFirstOrThrow()
  const proposal = { ...said, number, proposedUnixMs, proposedBy, state: 'pending' } as const
  await tx.insertInto('proposals').values(proposal).execute()
  return { ...proposal, endedUnixMs: null, endedBy: null, endedReason: null }
}

/** Oldest first. */
export function pendingProposals(tx: Tx): Promise<readonly Row<'proposals'>[]> {
  return tx.selectFrom('proposals').selectAll().where('state', '=', 'pending').orderBy('number').execute()
}

/** Adds signatures that were verified; one that is there already stays as it is. */
export async function keepSignatures(
  tx: Tx,
  proposal: number,
  signatures: readonly VerifiedSignature[],
  { by: addedBy, unixMs: addedUnixMs }: { readonly by: string; readonly unixMs: number },
): Promise<void> {
  for (const signature of signatures)
    await tx
      .insertInto('changeSignatures')
      .values({ ...signature, proposal, addedBy, addedUnixMs })
      .onConflict((conflict) => conflict.columns(['proposal', 'keyId']).doNothing())
      .execute()
}

/** In the order in which they came; those that came together, by name. */
export function signaturesOf(tx: Tx, proposal: number): Promise<readonly Row<'changeSignatures'>[]> {
  return tx
    .selectFrom('changeSignatures')
    .selectAll()
    .where('proposal', '=', proposal)
    .orderBy('addedUnixMs')
    .orderBy('engineer')
    .orderBy('keyId')
    .execute()
}

interface Ending {
  readonly state: Exclude<ProposalState, 'pending'>
  readonly endedUnixMs: number
  readonly endedBy: string
  readonly endedReason?: string
}

export async function endProposal(tx: Tx, number: number, ending: Ending): Promise<void> {
  await tx.updateTable('proposals').set(ending).where('number', '=', number).execute()
}

/** What waited to be the version that another document is now can never be it. */
export async function supersedeOthers(
  tx: Tx,
  { kind, name, number }: Pick<Row<'proposals'>, 'kind' | 'name' | 'number'>,
  endedUnixMs: number,
): Promise<void> {
  await tx
    .updateTable('proposals')
    .set({ state: 'superseded', endedUnixMs })
    .where('state', '=', 'pending')
    .where('kind', '=', kind)
    .where('name', '=', name)
    .where('number', '<>', number)
    .execute()
}

/**
 * Takes a proposal back: it is signed and put in force no more, but stays on record.
 * @throws RpcError `policy/unknown`.
 */
export async function withdrawProposal(
  tx: Tx,
  number: number,
  { by, unixMs, reason }: { readonly by: string; readonly unixMs: number; readonly reason: string },
): Promise<void> {
  const waiting = (await pendingProposals(tx)).find((one) => one.number === number)
  if (waiting === undefined) throw new RpcError('policy/unknown', `No document waits under the number ${number}.`)
  await endProposal(tx, number, { state: 'withdrawn', endedUnixMs: unixMs, endedBy: by, endedReason: reason })
}
