import { equalInConstantTime } from '../../../core/bytes/index.ts'
import { decodeProveCore } from '../../../core/evidence/index.ts'
import { makeCredential } from '../../../core/tpm/index.ts'
import { updateIdentity, type Tx } from '../../store/index.ts'
import { decodeByteList, encodeByteList } from '../byte-list.ts'
import type { GroupKeys } from '../group-keys.ts'
import type { Parts } from '../parts.ts'
import { checkMachineSignature, type SignedCore } from './machine-signature.ts'
import { openEnrolment, secretsContext, type OpenEnrolment } from './open-enrolment.ts'
import { EnrolmentRefused } from './refused.ts'
import { parseTpmKeys, type TpmKeys } from './tpm-keys.ts'

/** Size of the secret in a credential: that of the EK's name algorithm (Part 1, 24.4). */
const secretBytes = 32

export interface CredentialChallenge {
  readonly credentialBlob: Uint8Array
  readonly secret: Uint8Array
}

/**
 * Takes EK and AK down and answers a credential for each EK, which only a TPM that holds it together with the AK opens.
 * The same request again gets the same credentials.
 * @throws WireError, EnrolmentRefused, RpcError `join/out-of-order`.
 */
export async function prove(
  parts: Parts,
  groupKeys: GroupKeys,
  request: SignedCore,
): Promise<readonly CredentialChallenge[]> {
  const core = decodeProveCore(request.core)
  const open = await parts.store.transact((tx) => openEnrolment(tx, core.enrolmentId, parts.clock()))
  checkMachineSignature('prove', request, open.identity.machineKeySpki)
  const { proveCore, challenges } = open.enrolment
  if (open.identity.state !== 'enrolling') throw new EnrolmentRefused('the enrolment is complete')
  if (proveCore !== null && challenges !== null && equalInConstantTime(proveCore, request.core))
    return pairs(decodeByteList(challenges))

  const keys = parseTpmKeys(core)
  const secrets = keys.eks.map(() => parts.random(secretBytes))
  const made = keys.eks.map(({ ek }, index) =>
    makeCredential({ ek, name: keys.akName, secret: secrets[index] ?? new Uint8Array(0), random: parts.random }),
  )
  const groupKey = await groupKeys.open(open.machine.groupName)
  const plaintext = encodeByteList(secrets)
  const wrappedSecrets = groupKey.wrap(secretsContext(open.machine.id), plaintext)
  for (const secret of [plaintext, ...secrets]) secret.fill(0)

  const challenge = encodeByteList(made.flatMap(({ credentialBlob, secret }) => [credentialBlob, secret]))
  await parts.store.transact(async (tx) => {
    await keepKeys(tx, await openEnrolment(tx, core.enrolmentId, parts.clock()), keys)
    await tx
      .updateTable('enrolments')
      .set({ proveCore: request.core, challenges: challenge, wrappedSecrets })
      .where('id', '=', core.enrolmentId)
      .execute()
  })
  return made
}

async function keepKeys(tx: Tx, { identity }: OpenEnrolment, keys: TpmKeys): Promise<void> {
  if (identity.state !== 'enrolling') throw new EnrolmentRefused('the enrolment is complete')
  await refuseFormerKeys(tx, identity, keys)
  await updateIdentity(tx, identity.id, { akName: keys.akName, akPublic: keys.akPublic })
  await tx.deleteFrom('identityEks').where('identityId', '=', identity.id).execute()
  for (const [position, { ekName, ekPublic }] of keys.eks.entries())
    await tx.insertInto('identityEks').values({ identityId: identity.id, position, ekName, ekPublic }).execute()
}

/** A machine that is re-keyed brings new keys: whoever holds a copy of its former TPM holds the former ones. */
async function refuseFormerKeys(tx: Tx, identity: OpenEnrolment['identity'], keys: TpmKeys): Promise<void> {
  const former = await tx
    .selectFrom('identities')
    .leftJoin('identityEks', 'identityEks.identityId', 'identities.id')
    .select('identities.id')
    .where('identities.machineId', '=', identity.machineId)
    .where('identities.id', '<>', identity.id)
    .where((where) =>
      where.or([
        where('identities.akName', '=', keys.akName),
        where(
          'identityEks.ekName',
          'in',
          keys.eks.map(({ ekName }) => ekName),
        ),
      ]),
    )
    .executeTakeFirst()
  if (former !== undefined) throw new EnrolmentRefused('the TPM still has the keys from before the fork')
}

function pairs(items: readonly Uint8Array[]): readonly CredentialChallenge[] {
  const none = new Uint8Array(0)
  return Array.from({ length: items.length / 2 }, (_, at) => ({
    credentialBlob: items[2 * at] ?? none,
    secret: items[2 * at + 1] ?? none,
  }))
}
