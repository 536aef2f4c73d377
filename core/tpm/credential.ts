import { Reader, WireError } from '../bytes/index.ts'
import { encode } from './codec.ts'
import type { Random } from './ecc/scalar.ts'
import { openOuter, sealOuter } from './outer-wrapper.ts'
import { shareSecret } from './secret-sharing.ts'
import { TPM2B_DIGEST, type TPMT_PUBLIC } from './structures/index.ts'

/** A secret that opens only in the TPM that holds the key `ek` and an object of the Name it was made for. */
export interface Credential {
  /** The content of a TPM2B_ID_OBJECT. */
  readonly credentialBlob: Uint8Array
  /** The content of a TPM2B_ENCRYPTED_SECRET. */
  readonly secret: Uint8Array
}

/** TPMS_ID_OBJECT (Part 2, 12.4.2) for `name` under a seed that is already shared with the holder of `ek`. */
export function sealCredential(
  ek: TPMT_PUBLIC,
  seed: Uint8Array,
  name: Uint8Array,
  credential: Uint8Array,
): Uint8Array {
  return sealOuter({ newParent: ek, seed, name }, encode(TPM2B_DIGEST, credential))
}

/**
 * The credential in a TPMS_ID_OBJECT.
 * @throws CodecError (TPM_RC_INTEGRITY) if it was made for another Name or seed, or altered.
 */
export function openCredential(ek: TPMT_PUBLIC, seed: Uint8Array, name: Uint8Array, idObject: Uint8Array): Uint8Array {
  const identity = new Reader(openOuter({ newParent: ek, seed, name, duplicate: idObject }))
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
