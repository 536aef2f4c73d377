import { RpcError } from '../../../core/rpc/index.ts'
import type { GroupContext } from '../../keys/index.ts'
import { eksOf, findIdentity, findMachine, type Row, type Tx } from '../../store/index.ts'
import { EnrolmentRefused } from './refused.ts'

/**
 * Long enough for a slow TPM and a few retries; afterwards the agent begins again. One that is complete stays: a machine that
 * lost the answer and slept may ask for it at any time.
 */
const lifetimeMs = 60 * 60 * 1000

export interface OpenEnrolment {
  readonly enrolment: Row<'enrolments'>
  readonly identity: Row<'identities'>
  readonly machine: Row<'machines'>
  readonly eks: readonly Row<'identityEks'>[]
}

/**
 * The run of an enrolment that a request names.
 * @throws RpcError `join/out-of-order` if it is unknown, too old, or was begun again; EnrolmentRefused for a locked machine.
 */
export async function openEnrolment(tx: Tx, enrolmentId: Uint8Array, nowUnixMs: number): Promise<OpenEnrolment> {
  const enrolment = await tx.selectFrom('enrolments').selectAll().where('id', '=', enrolmentId).executeTakeFirst()
  const isTooOld = (open: Row<'enrolments'>) =>
    open.certificates === null && nowUnixMs > open.startedUnixMs + lifetimeMs
  if (enrolment === undefined || isTooOld(enrolment)) throw new RpcError('join/out-of-order')
  const identity = await findIdentity(tx, enrolment.identityId)
  const machine = await findMachine(tx, enrolment.machineId)
  if (identity === undefined || machine === undefined || identity.state === 'revoked')
    throw new RpcError('join/out-of-order')
  if (machine.state === 'locked' || machine.state === 'removed')
    throw new EnrolmentRefused(`the machine is ${machine.state}`)
  return { enrolment, identity, machine, eks: await eksOf(tx, identity.id) }
}

/** Where the secrets of credential challenges belong. */
export function secretsContext(machineId: Uint8Array): GroupContext {
  return { purpose: 'enrolment-secret', machineId, version: 1 }
}
