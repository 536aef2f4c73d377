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

const accepted = (tx: Tx, identityId: Uint8Array, tokenHashes: readonly Uint8Array[]) =>
  tx
    .selectFrom('heldRequests')
    .where('identityId', '=', identityId)
    .where('heldFor', '=', 'approval')
    .where('resolution', '=', 'accepted')
    .where('nextTokenHash', 'in', [...tokenHashes])

/** Who has approved a start of the side that holds the preimage of one of these hashes, each once. */
export async function approversOf(
  tx: Tx,
  identityId: Uint8Array,
  tokenHashes: readonly Uint8Array[],
): Promise<readonly string[]> {
  const rows = await accepted(tx, identityId, tokenHashes).select('resolvedBy').orderBy('decision').execute()
  return [...new Set(rows.flatMap(({ resolvedBy }) => (resolvedBy === null ? [] : [resolvedBy])))]
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

/** Whether a person has approved a start of this identity that has not happened yet. */
export async function hasApproved(tx: Tx, identityId: Uint8Array, operator: string): Promise<boolean> {
  const row = await tx
    .selectFrom('heldRequests')
    .select('decision')
    .where('identityId', '=', identityId)
    .where('heldFor', '=', 'approval')
    .where('resolution', '=', 'accepted')
    .where('resolvedBy', '=', operator)
    .executeTakeFirst()
  return row !== undefined
}

/** What became of a held request, and by whose word. */
export interface Resolved {
  readonly resolution: Resolution
  readonly resolvedUnixMs: number
  readonly resolvedBy?: string
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
