import type { PresentedDocument } from '../../../core/evidence/index.ts'
import { RpcError } from '../../../core/rpc/index.ts'
import type { PolicyShelf } from '../../policies/index.ts'
import {
  approvalsOf,
  favourable,
  findMachine,
  identityOfMachineKey,
  settledFor,
  type Row,
  type Tx,
} from '../../store/index.ts'
import { examined, instanceOf } from '../platform/presented.ts'
import { sha256 } from '../sha256.ts'
import { countingAmong, type IsLiveOperator } from './approvals.ts'
import type { AdmissionRecord, PowerOnRequest } from './judge.ts'
import { personsAmong } from './persons.ts'

/** A machine at the other end of a call, as its certificate names it. */
export interface MachinePeer {
  readonly id: Uint8Array
  /** SHA-256 of the SPKI of the key it proved to hold. */
  readonly spkiSha256: Uint8Array
  readonly address: string
}

/**
 * The machine and the enrolment that its pinned key belongs to.
 * @throws RpcError `identity/unknown` if we never enrolled this key for this machine.
 */
export async function pinnedMachine(
  tx: Tx,
  peer: MachinePeer,
): Promise<{ readonly machine: Row<'machines'>; readonly identity: Row<'identities'> }> {
  const machine = await findMachine(tx, peer.id)
  const identity = await identityOfMachineKey(tx, peer.id, peer.spkiSha256)
  if (machine === undefined || identity === undefined) throw new RpcError('identity/unknown')
  return { machine, identity }
}

/** The request's own hash stands for the request itself, the tokens shown for all that the same side asked before. */
export function hashesOf({ nextTokenHash, bootTokens }: PowerOnRequest): readonly Uint8Array[] {
  return [nextTokenHash, ...bootTokens.map((token) => sha256(token))]
}

/** What is read by, and when. */
interface ReadingWork {
  readonly shelf: PolicyShelf
  readonly isLiveOperator: IsLiveOperator
  /** The platform document, and when it came: waiting does not make it old. */
  readonly presented: PresentedDocument | undefined
  readonly nowUnixMs: number
}

/** Reads all that the judgement of a PowerOn looks at. */
export async function readAdmissionRecord(
  tx: Tx,
  { shelf, isLiveOperator, presented, nowUnixMs }: ReadingWork,
  peer: MachinePeer,
  request: PowerOnRequest,
): Promise<AdmissionRecord> {
  const { machine, identity } = await pinnedMachine(tx, peer)
  const asked = hashesOf(request)
  const keys = await tx
    .selectFrom('stateKeys')
    .select('generation')
    .where('identityId', '=', identity.id)
    .orderBy('generation')
    .execute()
  const policy = await shelf.inForce(tx, machine)
  const platform = await examined(policy, presented, identity.instance ?? undefined)
  const instance = instanceOf(platform)
  const circumstances = { policy, peerAddress: peer.address, instance, nowUnixMs, isLiveOperator }
  const approvals = countingAmong(await approvalsOf(tx, identity.id, asked), circumstances)
  return {
    machine,
    identity,
    policy,
    favour: await favourable(tx, identity.id, asked),
    settledDecision: await settledFor(tx, identity.id),
    generations: keys.map(({ generation }) => generation),
    approvals,
    approvedBy: personsAmong(approvals),
    peerAddress: peer.address,
    platform,
    nowUnixMs,
  }
}
