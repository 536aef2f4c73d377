import { concat, equalInConstantTime, Reader, WireError } from '../bytes/index.ts'
import { cfbDecrypt, cfbEncrypt } from './block-ciphers.ts'
import { CodecError } from './codec-error.ts'
import { encode } from './codec.ts'
import { ALG } from './constants/algorithms.ts'
import { RC } from './constants/response-codes.ts'
import { hmac } from './hash.ts'
import { kdfa } from './kdf.ts'
import type { Random } from './ecc/scalar.ts'
import { shareSecret } from './secret-sharing.ts'
import { TPM2B_DIGEST, type TPMT_PUBLIC, type TPMT_SYM_DEF_OBJECT } from './structures/index.ts'

/** A secret that opens only in the TPM that holds the key `ek` and an object of the Name it was made for. */
export interface Credential {
  /** The content of a TPM2B_ID_OBJECT. */
  readonly credentialBlob: Uint8Array
  /** The content of a TPM2B_ENCRYPTED_SECRET. */
  readonly secret: Uint8Array
}

/**
 * The symmetric algorithm of a storage parent.
 * @throws TypeError if the key is none.
 */
export function protectionOf(parent: TPMT_PUBLIC): Extract<TPMT_SYM_DEF_OBJECT, { keyBits: number }> {
  const symmetric = parent.type === ALG.rsa || parent.type === ALG.ecc ? parent.parameters.symmetric : undefined
  if (symmetric === undefined || symmetric.algorithm === ALG.null)
    throw new TypeError('the key protects nothing: it has no symmetric algorithm')
  return symmetric
}

/** Part 1, 24: the keys that protect an identity, from the seed. */
function identityKeys(
  ek: TPMT_PUBLIC,
  seed: Uint8Array,
  name: Uint8Array,
): { symKey: Uint8Array; hmacKey: Uint8Array } {
  return {
    symKey: kdfa(ek.nameAlg, seed, 'STORAGE', name, undefined, protectionOf(ek).keyBits),
    hmacKey: kdfa(ek.nameAlg, seed, 'INTEGRITY'),
  }
}

/** TPMS_ID_OBJECT (Part 2, 12.4.2) for `name` under a seed that is already shared with the holder of `ek`. */
export function sealCredential(
  ek: TPMT_PUBLIC,
  seed: Uint8Array,
  name: Uint8Array,
  credential: Uint8Array,
): Uint8Array {
  const { symKey, hmacKey } = identityKeys(ek, seed, name)
  const encIdentity = cfbEncrypt(protectionOf(ek).algorithm, symKey, encode(TPM2B_DIGEST, credential))
  const integrity = hmac(ek.nameAlg, hmacKey, encIdentity, name)
  symKey.fill(0)
  hmacKey.fill(0)
  return concat(encode(TPM2B_DIGEST, integrity), encIdentity)
}

/**
 * The credential in a TPMS_ID_OBJECT.
 * @throws CodecError (TPM_RC_INTEGRITY) if it was made for another Name or seed, or altered.
 */
export function openCredential(ek: TPMT_PUBLIC, seed: Uint8Array, name: Uint8Array, idObject: Uint8Array): Uint8Array {
  const from = new Reader(idObject)
  const integrity = TPM2B_DIGEST.read(from)
  const encIdentity = from.bytes(from.left)
  const { symKey, hmacKey } = identityKeys(ek, seed, name)
  const expected = hmac(ek.nameAlg, hmacKey, encIdentity, name)
  hmacKey.fill(0)
  if (!equalInConstantTime(expected, integrity))
    throw new CodecError(RC.integrity, 'the credential was not made for this object')
  const identity = new Reader(cfbDecrypt(protectionOf(ek).algorithm, symKey, encIdentity))
  symKey.fill(0)
  const credential = TPM2B_DIGEST.read(identity)
  if (identity.left !== 0) throw new WireError(`${identity.left} bytes left over`, ['encIdentity'])
  return credential
}

/**
 * What TPM2_MakeCredential computes (Part 1, 24), without a TPM.
 * @throws TypeError if `ek` is no storage key.
 */
export function makeCredential(request: {
  readonly ek: TPMT_PUBLIC
  /** The Name of the object that the credential is for, computed by whoever calls. */
  readonly name: Uint8Array
  readonly secret: Uint8Array
  readonly random: Random
}): Credential {
  const { seed, encrypted } = shareSecret(request.ek, 'IDENTITY', request.random)
  const credentialBlob = sealCredential(request.ek, seed, request.name, request.secret)
  seed.fill(0)
  return { credentialBlob, secret: encrypted }
}
