import type { Resolution, Row } from './schema.ts'
import type { Tx } from './store.ts'

export function heldRequest(tx: Tx, decision: number): Promise<Row<'heldRequests'> | undefined> {
  return tx.selectFrom('heldRequests').selectAll().where('decision', '=', decision).executeTakeFirst()
}

/** Requests of a machine that wait for a person, newest first. */
export function waitingRequests(tx: Tx, machineId: Uint8Array): Promise<readonly Row<'heldRequests'>[]> {
  return tx
    .selectFrom('heldRequests')
    .selectAll()
    .where('machineId', '=', machineId)
    .where('resolution', 'is', null)
    .orderBy('decision', 'desc')
    .execute()
}

/** What a person decided in favour of the side that holds the preimage of one of these hashes. */
export function favourable(
  tx: Tx,
  identityId: Uint8Array,
  tokenHashes: readonly Uint8Array[],
): Promise<Row<'heldRequests'> | undefined> {
  return tx
    .selectFrom('heldRequests')
    .selectAll()
    .where('identityId', '=', identityId)
    .where('resolution', 'in', ['accepted', 'settled'])
    .where('nextTokenHash', 'in', [...tokenHashes])
    .orderBy('decision', 'desc')
    .limit(1)
    .executeTakeFirst()
}

const acceptedRequests = (tx: Tx, identityId: Uint8Array) =>
  tx
    .selectFrom('heldRequests')
    .where('identityId', '=', identityId)
    .where('heldFor', '=', 'approval')
    .where('resolution', '=', 'accepted')

const accepted = (tx: Tx, identityId: Uint8Array, tokenHashes: readonly Uint8Array[]) =>
  acceptedRequests(tx, identityId).where('nextTokenHash', 'in', [...tokenHashes])

const approvalColumns = [
  'resolvedBy',
  'resolvedByKey',
  'resolvedUnixMs',
  'peer',
  'policy',
  'policyVersion',
  'referenceVersions',
  'groupVersions',
  'decisions.instance',
] as const

type ApprovalColumns = Pick<Row<'heldRequests'>, 'resolvedBy' | 'resolvedByKey' | 'resolvedUnixMs'> & Approval['shown']

function approvalIn(row: ApprovalColumns): readonly Approval[] {
  const { resolvedBy: by, resolvedByKey: key, resolvedUnixMs: approvedUnixMs } = row
  if (by === null || approvedUnixMs === null) return []
  const { peer, policy, policyVersion, referenceVersions, groupVersions, instance } = row
  return [
    { by, key, approvedUnixMs, shown: { peer, policy, policyVersion, referenceVersions, groupVersions, instance } },
  ]
}

/** A person's word for a start, and what the decision showed him of it. */
export interface Approval {
  readonly by: string
  /** SHA-256 of the SPKI of his certificate; null in approvals from before it was kept, which count no more. */
  readonly key: Uint8Array | null
  readonly approvedUnixMs: number
  readonly shown: Pick<
    Row<'decisions'>,
    'peer' | 'policy' | 'policyVersion' | 'referenceVersions' | 'groupVersions' | 'instance'
  >
}

/** Approvals of a start by the side that holds the preimage of one of these hashes. */
export async function approvalsOf(
  tx: Tx,
  identityId: Uint8Array,
  tokenHashes: readonly Uint8Array[],
): Promise<readonly Approval[]> {
  const rows = await accepted(tx, identityId, tokenHashes)
    .innerJoin('decisions', 'decisions.number', 'heldRequests.decision')
    .select(approvalColumns)
    .orderBy('decision')
    .execute()
  return rows.flatMap(approvalIn)
}

/** An approval is for one start: what was approved for another side of the identity is over with it as well. */
export async function useApprovals(
  tx: Tx,
  identityId: Uint8Array,
  tokenHashes: readonly Uint8Array[],
  resolvedUnixMs: number,
): Promise<void> {
  const rows = await accepted(tx, identityId, tokenHashes).select('decision').execute()
  for (const { decision } of rows) await resolveHeld(tx, decision, { resolution: 'used', resolvedUnixMs })
  await tx
    .updateTable('heldRequests')
    .set({ resolution: 'closed', resolvedUnixMs })
    .where('identityId', '=', identityId)
    .where('heldFor', '=', 'approval')
    .where('resolution', '=', 'accepted')
    .execute()
}

/** Approvals that were given to this identity for a start that has not happened yet. */
export async function approvalsGiven(tx: Tx, identityId: Uint8Array): Promise<readonly Approval[]> {
  const rows = await acceptedRequests(tx, identityId)
    .innerJoin('decisions', 'decisions.number', 'heldRequests.decision')
    .select(approvalColumns)
    .orderBy('decision')
    .execute()
  return rows.flatMap(approvalIn)
}

/** What became of a held request, and by whose word. */
export interface Resolved {
  readonly resolution: Resolution
  readonly resolvedUnixMs: number
  readonly resolvedBy?: string
  readonly resolvedByKey?: Uint8Array
  readonly resolvedReason?: string
}

export async function resolveHeld(tx: Tx, decision: number, resolved: Resolved): Promise<void> {
  await tx.updateTable('heldRequests').set(resolved).where('decision', '=', decision).execute()
}

/** Resolves all requests of a machine that still wait, or that their side has asked again. */
export async function resolveWaiting(tx: Tx, machineId: Uint8Array, resolved: Resolved): Promise<void> {
  await tx
    .updateTable('heldRequests')
    .set(resolved)
    .where('machineId', '=', machineId)
    .where((where) => where.or([where('resolution', 'is', null), where('resolution', '=', 'superseded')]))
    .execute()
}

/** The held decision by which a person settled a fork of this identity, while it is not used up. */
export async function settledFor(tx: Tx, identityId: Uint8Array): Promise<number | undefined> {
  const row = await tx
    .selectFrom('heldRequests')
    .select('decision')
    .where('identityId', '=', identityId)
    .where('resolution', '=', 'settled')
    .executeTakeFirst()
  return row?.decision
}

/** Takes back what a person settled before for an identity. */
export const closeSettled = (tx: Tx, identityId: Uint8Array): Promise<void> => endSettled(tx, identityId, 'closed')

/** What a person settled is done: the winner has its new identity. */
export const useSettled = (tx: Tx, identityId: Uint8Array): Promise<void> => endSettled(tx, identityId, 'used')

async function endSettled(tx: Tx, identityId: Uint8Array, resolution: Resolution): Promise<void> {
  await tx
    .updateTable('heldRequests')
    .set({ resolution })
    .where('identityId', '=', identityId)
    .where('resolution', '=', 'settled')
    .execute()
}
