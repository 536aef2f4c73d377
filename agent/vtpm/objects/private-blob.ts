import { concat, equalInConstantTime, Reader } from '../../../core/bytes/index.ts'
import {
  cfbDecrypt,
  cfbEncrypt,
  cipherBlockBytes,
  CodecError,
  decode,
  digestSize,
  encode,
  hmac,
  kdfa,
  nameOf,
  RC,
  TPM2B_DIGEST,
  TPM2B_IV,
  TPM2B_SENSITIVE,
  withoutTrailingZeros,
  type TPMT_PUBLIC,
  type TPMT_SENSITIVE,
} from '../../../core/tpm/index.ts'
import type { NonceSource } from '../random-pool.ts'
import type { LoadedObject } from '../state/loaded-object.ts'
import { protectionOf } from './parent-protection.ts'

/** The cipher key of the outer wrap (Part 1, 22.4): from the parent's seed and the child's Name. */
function wrapKey(parent: LoadedObject, childName: Uint8Array): Uint8Array {
  const { keyBits, hash, seed } = protectionOf(parent)
  return kdfa(hash, seed, 'STORAGE', childName, undefined, keyBits)
}

/** The content of a TPM2B_PRIVATE: the sensitive area, encrypted and bound to the public area under its parent (Part 1, 22.4). */
export function sealPrivate(
  parent: LoadedObject,
  publicArea: TPMT_PUBLIC,
  sensitive: TPMT_SENSITIVE,
  nonces: NonceSource,
): Uint8Array {
  const name = nameOf(publicArea)
  const symKey = wrapKey(parent, name)
  // Padding the authValue hides how long it is
  const authValue = new Uint8Array(digestSize(publicArea.nameAlg))
  authValue.set(sensitive.authValue)
  const plain = encode(TPM2B_SENSITIVE, { ...sensitive, authValue })
  const { algorithm } = protectionOf(parent)
  const iv = nonces.draw(cipherBlockBytes(algorithm))
  const sealed = concat(encode(TPM2B_IV, iv), cfbEncrypt(algorithm, symKey, plain, iv))
  const integrity = hmac(parent.publicArea.nameAlg, parent.integrityKey, sealed, name)
  for (const secret of [symKey, plain, authValue]) secret.fill(0)
  return concat(encode(TPM2B_DIGEST, integrity), sealed)
}

/**
 * The sensitive area in a TPM2B_PRIVATE.
 * @throws CodecError (INTEGRITY, or what is malformed) if it is not of this public area and parent.
 */
export function openPrivate(parent: LoadedObject, publicArea: TPMT_PUBLIC, inPrivate: Uint8Array): TPMT_SENSITIVE {
  const name = nameOf(publicArea)
  const from = new Reader(inPrivate)
  const integrity = TPM2B_DIGEST.read(from)
  const sealed = from.bytes(from.left)
  const expected = hmac(parent.publicArea.nameAlg, parent.integrityKey, sealed, name)
  if (!equalInConstantTime(expected, integrity))
    throw new CodecError(RC.integrity, 'not of this parent and public area')
  const content = new Reader(sealed)
  const iv = TPM2B_IV.read(content)
  const { algorithm } = protectionOf(parent)
  if (iv.length !== cipherBlockBytes(algorithm)) throw new CodecError(RC.size, 'the IV has another size')
  const symKey = wrapKey(parent, name)
  const plain = cfbDecrypt(algorithm, symKey, content.bytes(content.left), iv)
  symKey.fill(0)
  const sensitive = decode(TPM2B_SENSITIVE, plain)
  plain.fill(0)
  return { ...sensitive, authValue: withoutTrailingZeros(sensitive.authValue).slice() }
}
