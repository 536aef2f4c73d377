import { equalInConstantTime } from '../../../core/bytes/index.ts'
import { decodeCompleteCore, enrolmentProof, type CompleteCore } from '../../../core/evidence/index.ts'
import {
  eksOf,
  liveIdentity,
  otherHolder,
  raiseAlarm,
  resolveWaiting,
  revokeIdentity,
  updateIdentity,
  updateMachine,
  useSettled,
  type MachineState,
  type Row,
  type Tx,
} from '../../store/index.ts'
import { decodeByteList, encodeByteList } from '../byte-list.ts'
import { forgetTier } from '../fleet/change-tier.ts'
import type { GroupKeys } from '../group-keys.ts'
import type { Parts } from '../parts.ts'
import { openEnrolment, secretsContext, type OpenEnrolment } from './open-enrolment.ts'
import { checkMachineSignature, type SignedCore } from './machine-signature.ts'
import { ekSpki } from './tpm-keys.ts'
import { EnrolmentRefused } from './refused.ts'

export interface CompleteAnswer {
  readonly machineCertificates: readonly Uint8Array[]
  readonly ekCertificates: readonly Uint8Array[]
  readonly machineName: string
}

/**
 * Checks that the TPM opened every credential, and makes the enrolment live: certificates, the head of the boot-token
 * chain, the machine pending. The same request again gets the same certificates.
 * @throws WireError, EnrolmentRefused, RpcError `join/out-of-order`.
 */
export async function complete(parts: Parts, groupKeys: GroupKeys, request: SignedCore): Promise<CompleteAnswer> {
  const core = decodeCompleteCore(request.core)
  const open = await parts.store.transact((tx) => openEnrolment(tx, core.enrolmentId, parts.clock()))
  checkMachineSignature('complete', request, open.identity.machineKeySpki)

  const stored = open.enrolment.certificates
  if (stored !== null && open.enrolment.completeCore !== null) {
    if (!equalInConstantTime(open.enrolment.completeCore, request.core))
      throw new EnrolmentRefused('the enrolment was completed by another request')
    return answer(open, stored)
  }
  await checkProof(parts, groupKeys, open, core)
  const certificates = await issueCertificates(parts, open)
  await parts.store.transact((tx) => goLive(tx, parts.clock(), core, request.core, certificates))
  parts.log.info({ machine: open.machine.name }, 'enrolment complete')
  return answer(open, certificates)
}

async function checkProof(parts: Parts, groupKeys: GroupKeys, open: OpenEnrolment, core: CompleteCore): Promise<void> {
  const { enrolment, machine, identity } = open
  if (enrolment.wrappedSecrets === null || enrolment.proveCore === null)
    throw new EnrolmentRefused('nothing was proven before')
  const groupKey = await groupKeys.open(machine.groupName)
  const plaintext = groupKey.unwrap(secretsContext(machine.id), enrolment.wrappedSecrets)
  const secrets = decodeByteList(plaintext)
  const expected = enrolmentProof({
    secrets,
    serverId: parts.ca.serverId,
    machineId: machine.id,
    enrolmentId: enrolment.id,
    machineKeySpki: identity.machineKeySpki,
    proveCore: enrolment.proveCore,
    firstBootTokenHash: core.firstBootTokenHash,
  })
  for (const secret of [plaintext, ...secrets]) secret.fill(0)
  if (equalInConstantTime(expected, core.proof)) return
  // One guess for each challenge: the next one proves anew.
  await parts.store.transact((tx) =>
    tx
      .updateTable('enrolments')
      .set({ proveCore: null, challenges: null, wrappedSecrets: null })
      .where('id', '=', enrolment.id)
      .execute(),
  )
  throw new EnrolmentRefused('the proof does not fit: EK and AK are not shown to sit in one TPM')
}

/** Machine certificates, how many of them, then one certificate for each EK. */
async function issueCertificates(parts: Parts, { machine, identity, eks }: OpenEnrolment): Promise<Uint8Array> {
  const forMachine = await parts.ca.issueMachineCertificate({ machineId: machine.id, spki: identity.machineKeySpki })
  const forEks: Uint8Array[] = []
  for (const ek of eks) forEks.push(await parts.ca.issueEkCertificate({ spki: ekSpki(ek.ekPublic) }))
  return encodeByteList([Uint8Array.of(forMachine.length), ...forMachine, ...forEks])
}

function answer({ machine }: OpenEnrolment, certificates: Uint8Array): CompleteAnswer {
  const [count, ...all] = decodeByteList(certificates)
  const machines = count?.[0] ?? 0
  return {
    machineCertificates: all.slice(0, machines),
    ekCertificates: all.slice(machines),
    machineName: machine.name,
  }
}

async function goLive(
  tx: Tx,
  nowUnixMs: number,
  core: CompleteCore,
  completeCore: Uint8Array,
  certificates: Uint8Array,
): Promise<void> {
  const { enrolment, identity, machine } = await openEnrolment(tx, core.enrolmentId, nowUnixMs)
  if (identity.state !== 'enrolling' || enrolment.wrappedSecrets === null)
    throw new EnrolmentRefused('another request came in between')

  const previous = await liveIdentity(tx, machine.id)
  if (previous !== undefined) {
    await revokeIdentity(tx, previous.id, nowUnixMs)
    await useSettled(tx, previous.id)
  }
  await tx
    .updateTable('enrolments')
    .set({ completeCore, certificates, wrappedSecrets: null, challenges: null })
    .where('id', '=', enrolment.id)
    .execute()
  await updateIdentity(tx, identity.id, {
    state: 'live',
    liveUnixMs: nowUnixMs,
    tokenHead: core.firstBootTokenHash,
    generation: 1,
  })
  await resolveWaiting(tx, machine.id, { resolution: 'closed', resolvedUnixMs: nowUnixMs })
  await forgetTier(tx, machine, nowUnixMs)
  await changeMachine(tx, nowUnixMs, machine, identity)
}

async function changeMachine(
  tx: Tx,
  nowUnixMs: number,
  machine: Row<'machines'>,
  identity: Row<'identities'>,
): Promise<void> {
  const state = await stateAfter(tx, machine, identity)
  if (state.alarm !== undefined) await raiseAlarm(tx, machine.id, nowUnixMs, state.alarm)
  const change = machine.state === 'locked' ? { stateBeforeLock: state.next } : { state: state.next }
  await updateMachine(tx, machine.id, { ...change, enrolledUnixMs: nowUnixMs })
}

/** A person has decided already for the side that re-keys after a fork; everybody else waits for one. */
async function stateAfter(
  tx: Tx,
  machine: Row<'machines'>,
  identity: Row<'identities'>,
): Promise<{ readonly next: MachineState; readonly alarm?: string }> {
  const eks = await eksOf(tx, identity.id)
  const names = { akName: identity.akName ?? new Uint8Array(0), ekNames: eks.map(({ ekName }) => ekName) }
  const holder = await otherHolder(tx, machine.id, names)
  if (holder !== undefined) return { next: 'conflict', alarm: `its EK or AK is the one of ${holder}` }
  const token = await tx
    .selectFrom('joinTokens')
    .select('boundMachineId')
    .where('secretSha256', '=', identity.joinTokenSha256)
    .executeTakeFirstOrThrow()
  return { next: token.boundMachineId !== null && machine.state === 'forked' ? 'accepted' : 'pending' }
}
