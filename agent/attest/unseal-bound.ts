import { createDecipheriv } from 'node:crypto'
import { concat, equalInConstantTime } from '../../core/bytes/index.ts'
import { boundPolicyHash, limitTerms, type TpmBoundKeys } from '../../core/evidence/index.ts'
import {
  ALG,
  decode,
  ekTemplates,
  Import,
  Load,
  named,
  nameOf,
  PolicyCounterTimer,
  PolicyPCR,
  selectPcrs,
  startSession,
  TPMT_PUBLIC,
  Unseal,
  type AuthSession,
  type Named,
  type TpmClient,
} from '../../core/tpm/index.ts'
import { asEndorsed } from './as-endorsed.ts'
import { ForeignTpmError } from './foreign-tpm-error.ts'
import { createPrimary, flush, type PrimaryKey } from './primary-key.ts'
import type { PcrBankSelection } from './quote.ts'

const empty = new Uint8Array(0)
const tagBytes = 16
type Random = (size: number) => Uint8Array

/**
 * Has the TPM give out keys that were bound to it: imports the object under the EK, and opens it by its policy. The caller
 * clears what is returned.
 * @throws TpmResponseError if the TPM is not in the state, the boot or the time that the keys were released for;
 *   ForeignTpmError.
 */
export async function unsealBound(
  tpm: TpmClient,
  random: Random,
  bound: TpmBoundKeys,
  selection: readonly PcrBankSelection[],
): Promise<Uint8Array> {
  const parent = await endorsementKey(tpm, bound.parentName)
  try {
    const item = await importUnder(tpm, random, parent, bound)
    try {
      return opened(bound, await unsealed(tpm, await salted(tpm, random, parent), item, { bound, selection }))
    } finally {
      await flush(tpm, item)
    }
  } finally {
    await flush(tpm, parent)
  }
}

/** Goes through the object's policy and opens it; the session ends either way. */
async function unsealed(
  tpm: TpmClient,
  session: AuthSession,
  item: Named,
  { bound, selection }: { readonly bound: TpmBoundKeys; readonly selection: readonly PcrBankSelection[] },
): Promise<Uint8Array> {
  const policySession = named(session.handle)
  try {
    const pcrs = selection.map(({ hash, pcrs }) => selectPcrs(hash, pcrs))
    await tpm.run(PolicyPCR, { policySession }, { pcrDigest: empty, pcrs })
    for (const term of limitTerms(bound)) await tpm.run(PolicyCounterTimer, { policySession }, term)
    const auth = session.with({ attributes: ['encrypt'] })
    return (await tpm.run(Unseal, { itemHandle: { ...item, auth } }, {})).outData
  } catch (error) {
    await flush(tpm, session)
    throw error
  }
}

async function endorsementKey(tpm: TpmClient, name: Uint8Array): Promise<PrimaryKey> {
  for (const { template } of ekTemplates) {
    const key = await createPrimary(tpm, template)
    if (equalInConstantTime(key.name, name)) return key
    await flush(tpm, key)
  }
  throw new ForeignTpmError('the keys are bound to a TPM that is not this one')
}

async function importUnder(tpm: TpmClient, random: Random, parent: PrimaryKey, { blob }: TpmBoundKeys) {
  const objectPublic = decode(TPMT_PUBLIC, blob.objectPublic)
  const { duplicate, inSymSeed } = blob
  const how = { encryptionKey: empty, symmetricAlg: { algorithm: ALG.null } }
  const { outPrivate } = await asEndorsed(tpm, random, (auth) =>
    tpm.run(Import, { parentHandle: { ...parent, auth } }, { ...how, objectPublic, duplicate, inSymSeed }),
  )
  const loaded = await asEndorsed(tpm, random, (auth) =>
    tpm.run(Load, { parentHandle: { ...parent, auth } }, { inPrivate: outPrivate, inPublic: objectPublic }),
  )
  return { handle: loaded.handle, name: nameOf(objectPublic) }
}

/** Only the TPM of the EK learns the salt: what it unseals is not read on the way. */
function salted(tpm: TpmClient, random: Random, { handle, publicArea }: PrimaryKey): Promise<AuthSession> {
  return startSession(tpm, {
    type: 'policy',
    random,
    hash: boundPolicyHash,
    symmetric: { algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb },
    salt: { handle, publicArea: decode(TPMT_PUBLIC, publicArea) },
  })
}

function opened({ nonce, ciphertext, blob }: TpmBoundKeys, key: Uint8Array): Uint8Array {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
    decipher.setAAD(blob.objectPublic)
    const body = ciphertext.subarray(0, -tagBytes)
    decipher.setAuthTag(ciphertext.subarray(-tagBytes))
    return concat(decipher.update(body), decipher.final())
  } finally {
    key.fill(0)
  }
}
