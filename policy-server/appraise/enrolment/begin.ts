import { decodeBeginCore, decodeJoinToken, type BeginCore, type JoinToken } from '../../../core/evidence/index.ts'
import { encodeStateKeys, p256PublicKey, sealPurpose, sealTo, stateKeyBytes } from '../../../core/keys/index.ts'
import {
  identityOfKey,
  findMachine,
  keepStateKey,
  machineNamed,
  updateIdentity,
  updateMachine,
  type Row,
  type Tx,
} from '../../store/index.ts'
import type { GroupKey, Random } from '../../keys/index.ts'
import type { GroupKeys } from '../group-keys.ts'
import type { Parts } from '../parts.ts'
import { machineIdOf, recordId } from '../record-id.ts'
import { sha256 } from '../sha256.ts'
import { checkMachineSignature, type SignedCore } from './machine-signature.ts'
import { EnrolmentRefused } from './refused.ts'

const firstGeneration = 1

export interface BeginAnswer {
  readonly machineId: Uint8Array
  readonly enrolmentId: Uint8Array
  readonly serverId: Uint8Array
  readonly sealedStateKey: string
}

/** What one Begin needs inside its transaction, all of it drawn and opened before. */
interface Begun {
  readonly core: BeginCore
  readonly token: JoinToken
  readonly tokenSha256: Uint8Array
  readonly keySha256: Uint8Array
  readonly groupKey: GroupKey
  readonly stateKey: Uint8Array
  readonly nowUnixMs: number
  readonly random: Random
}

/**
 * Spends the join token on the machine key and makes the first state key. The same machine key may begin again until its
 * first admitted PowerOn: it is the same machine, with a new first state key, and all it proved before is void.
 * @throws WireError for a malformed core, EnrolmentRefused for a token or key that gives no right.
 */
export async function begin(parts: Parts, groupKeys: GroupKeys, request: SignedCore): Promise<BeginAnswer> {
  const core = decodeBeginCore(request.core)
  p256PublicKey(core.oneTimePublicKey)
  checkMachineSignature('begin', request, core.machineKeySpki)
  const token = decodeJoinToken(core.token)
  const tokenSha256 = sha256(token.secret)

  const group = await parts.store.transact(async (tx) => (await knownToken(tx, tokenSha256)).groupName)
  const begun: Begun = {
    core,
    token,
    tokenSha256,
    keySha256: sha256(core.machineKeySpki),
    groupKey: await groupKeys.open(group),
    stateKey: parts.random(stateKeyBytes),
    nowUnixMs: parts.clock(),
    random: parts.random,
  }
  const { machineId, enrolmentId } = await parts.store.transact((tx) => startEnrolment(tx, begun))

  const plaintext = encodeStateKeys([{ generation: firstGeneration, key: begun.stateKey }])
  const binding = { purpose: sealPurpose.stateKey, bootId: enrolmentId, decision: 0n }
  const sealedStateKey = await sealTo({ ...binding, publicPoint: core.oneTimePublicKey, plaintext })
  plaintext.fill(0)
  begun.stateKey.fill(0)
  parts.log.info({ machineId: Buffer.from(machineId).toString('hex'), host: core.hostName }, 'enrolment begun')
  return { machineId, enrolmentId, serverId: parts.ca.serverId, sealedStateKey }
}

async function knownToken(tx: Tx, secretSha256: Uint8Array): Promise<Row<'joinTokens'>> {
  const row = await tx.selectFrom('joinTokens').selectAll().where('secretSha256', '=', secretSha256).executeTakeFirst()
  if (row === undefined) throw new EnrolmentRefused('unknown join token')
  return row
}

async function startEnrolment(tx: Tx, begun: Begun) {
  const token = await knownToken(tx, begun.tokenSha256)
  const identity =
    token.spentByKeySha256 === null ? await newIdentity(tx, begun, token) : await sameIdentity(tx, begun, token)

  const { machineId } = identity
  const enrolmentId = recordId(begun.nowUnixMs, begun.random)
  await tx
    .insertInto('enrolments')
    .values({ id: enrolmentId, identityId: identity.id, machineId, startedUnixMs: begun.nowUnixMs })
    .execute()
  const context = { purpose: 'state-key', machineId, version: firstGeneration } as const
  const wrapped = begun.groupKey.wrap(context, begun.stateKey)
  await keepStateKey(tx, {
    identityId: identity.id,
    generation: firstGeneration,
    wrapped,
    createdUnixMs: begun.nowUnixMs,
  })
  return { machineId, enrolmentId }
}

/** A token seen for the first time: a new machine, or, where it is bound to one, a new identity of that machine. */
async function newIdentity(
  tx: Tx,
  begun: Begun,
  token: Row<'joinTokens'>,
): Promise<{ id: Uint8Array; machineId: Uint8Array }> {
  if (begun.nowUnixMs >= token.expiresUnixMs) throw new EnrolmentRefused('the join token has expired')
  if ((await identityOfKey(tx, begun.keySha256)) !== undefined)
    throw new EnrolmentRefused('the machine key belongs to an enrolment already')

  const machineId = token.boundMachineId ?? (await newMachine(tx, begun, token))
  await refuseUnlessOpen(tx, machineId)
  const id = recordId(begun.nowUnixMs, begun.random)
  await tx
    .insertInto('identities')
    .values({
      id,
      machineId,
      state: 'enrolling',
      joinTokenSha256: begun.tokenSha256,
      machineKeySpki: begun.core.machineKeySpki,
      machineKeySha256: begun.keySha256,
      generation: firstGeneration,
      createdUnixMs: begun.nowUnixMs,
    })
    .execute()
  await tx
    .updateTable('joinTokens')
    .set({ spentByKeySha256: begun.keySha256 })
    .where('secretSha256', '=', begun.tokenSha256)
    .execute()
  return { id, machineId }
}

async function newMachine(tx: Tx, begun: Begun, token: Row<'joinTokens'>): Promise<Uint8Array> {
  if ((await machineNamed(tx, token.machineName)) !== undefined)
    throw new EnrolmentRefused(`the name ${token.machineName} is taken by now`)
  const id = machineIdOf(begun.random)
  await tx
    .insertInto('machines')
    .values({
      id,
      name: token.machineName,
      groupName: token.groupName,
      state: 'enrolling',
      tier: 'T0',
      createdUnixMs: begun.nowUnixMs,
    })
    .execute()
  return id
}

/** The token was spent: by this key, and its enrolment is not confirmed, or the request is refused. */
async function sameIdentity(tx: Tx, begun: Begun, token: Row<'joinTokens'>): Promise<Row<'identities'>> {
  const identity = await identityOfKey(tx, begun.keySha256)
  if (identity === undefined || !sameBytes(identity.joinTokenSha256, token.secretSha256))
    throw new EnrolmentRefused('the join token was spent on another machine key')
  if (identity.confirmedUnixMs !== null) throw new EnrolmentRefused('the enrolment is complete')
  const machine = await refuseUnlessOpen(tx, identity.machineId)

  await tx.deleteFrom('enrolments').where('identityId', '=', identity.id).execute()
  await tx.deleteFrom('identityEks').where('identityId', '=', identity.id).execute()
  await tx.deleteFrom('stateKeys').where('identityId', '=', identity.id).execute()
  await updateIdentity(tx, identity.id, {
    state: 'enrolling',
    akName: null,
    akPublic: null,
    tokenHead: null,
    generation: firstGeneration,
    liveUnixMs: null,
  })
  if (machine.state !== 'forked') await updateMachine(tx, machine.id, { state: 'enrolling' })
  return identity
}

async function refuseUnlessOpen(tx: Tx, machineId: Uint8Array): Promise<Row<'machines'>> {
  const machine = await findMachine(tx, machineId)
  if (machine === undefined || machine.state === 'locked' || machine.state === 'removed')
    throw new EnrolmentRefused(`the machine is ${machine?.state ?? 'unknown'}`)
  return machine
}

const sameBytes = (left: Uint8Array, right: Uint8Array): boolean => Buffer.compare(left, right) === 0
