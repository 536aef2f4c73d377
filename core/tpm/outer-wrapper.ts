import { concat, equalInConstantTime, Reader } from '../bytes/index.ts'
import { cfbDecrypt, cfbEncrypt } from './block-ciphers.ts'
import { CodecError } from './codec-error.ts'
import { encode } from './codec.ts'
import { ALG } from './constants/algorithms.ts'
import { RC } from './constants/response-codes.ts'
import { hmac } from './hash.ts'
import { kdfa } from './kdf.ts'
import { TPM2B_DIGEST, type TPMT_PUBLIC, type TPMT_SYM_DEF_OBJECT } from './structures/index.ts'

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

/** What an outer wrapper is made with: who opens it, the seed shared with him, and the Name of what is inside. */
export interface OuterWrapper {
  readonly newParent: TPMT_PUBLIC
  readonly seed: Uint8Array
  readonly name: Uint8Array
}

/** Part 1, 23.3.2.4 and 24: the keys of both kinds of wrapper, from the seed. */
function outerKeys({ newParent, seed, name }: OuterWrapper): { symKey: Uint8Array; hmacKey: Uint8Array } {
  return {
    symKey: kdfa(newParent.nameAlg, seed, 'STORAGE', name, undefined, protectionOf(newParent).keyBits),
    hmacKey: kdfa(newParent.nameAlg, seed, 'INTEGRITY'),
  }
}

/**
 * Part 1, 23.3.2.4 (a duplicate) and 24 (a credential): encrypted to the new parent, and bound to a Name.
 * @throws CodecError (TPM_RC_INTEGRITY) if it was altered, or is of another seed or Name; as the codecs do.
 */
export function openOuter(wrapper: OuterWrapper & { readonly duplicate: Uint8Array }): Uint8Array {
  const from = new Reader(wrapper.duplicate)
  const integrity = TPM2B_DIGEST.read(from)
  const encrypted = from.bytes(from.left)
  const { symKey, hmacKey } = outerKeys(wrapper)
  const expected = hmac(wrapper.newParent.nameAlg, hmacKey, encrypted, wrapper.name)
  hmacKey.fill(0)
  if (!equalInConstantTime(expected, integrity))
    throw new CodecError(RC.integrity, 'the outer wrapper is not of this seed')
  const opened = cfbDecrypt(protectionOf(wrapper.newParent).algorithm, symKey, encrypted)
  symKey.fill(0)
  return opened
}

/** Puts the outer wrapper around what may already have an inner one. */
export function sealOuter(wrapper: OuterWrapper, content: Uint8Array): Uint8Array {
  const { symKey, hmacKey } = outerKeys(wrapper)
  const encrypted = cfbEncrypt(protectionOf(wrapper.newParent).algorithm, symKey, content)
  const integrity = hmac(wrapper.newParent.nameAlg, hmacKey, encrypted, wrapper.name)
  symKey.fill(0)
  hmacKey.fill(0)
  return concat(encode(TPM2B_DIGEST, integrity), encrypted)
}
