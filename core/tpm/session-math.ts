import { cfbDecrypt, cfbEncrypt, cipherBlockBytes } from './block-ciphers.ts'
import { encode } from './codec.ts'
import { ALG } from './constants/algorithms.ts'
import { digest, hmac } from './hash.ts'
import { kdfa } from './kdf.ts'
import { concat } from '../bytes/index.ts'
import { TPMA_SESSION, type TPMT_SYM_DEF } from './structures/index.ts'

const empty = new Uint8Array(0)
const uint32 = (value: number): Uint8Array =>
  Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff)

/** cpHash (Part 1, 16.7): what a command does, to whom, with what. */
export const commandParameterHash = (
  hash: number,
  commandCode: number,
  names: readonly Uint8Array[],
  parameters: Uint8Array,
): Uint8Array => digest(hash, uint32(commandCode), ...names, parameters)

/** rpHash (Part 1, 16.8), of a successful response. */
export const responseParameterHash = (hash: number, commandCode: number, parameters: Uint8Array): Uint8Array =>
  digest(hash, uint32(0), uint32(commandCode), parameters)

/**
 * sessionKey (Part 1, 19.6.8): empty for a session that is neither bound nor salted. One bound to an empty authValue is
 * bound all the same.
 */
export function sessionKey(request: {
  readonly hash: number
  readonly bindAuthValue: Uint8Array | undefined
  readonly salt: Uint8Array | undefined
  readonly nonceTPM: Uint8Array
  readonly nonceCaller: Uint8Array
}): Uint8Array {
  const { bindAuthValue, salt } = request
  if (bindAuthValue === undefined && salt === undefined) return empty.slice()
  const key = concat(bindAuthValue ?? empty, salt ?? empty)
  const derived = kdfa(request.hash, key, 'ATH', request.nonceTPM, request.nonceCaller)
  key.fill(0)
  return derived
}

/** The two nonces as the direction orders them: the newer, made by whoever sends, comes first. */
export interface Nonces {
  readonly newer: Uint8Array
  readonly older: Uint8Array
}

/** The HMAC of an authorization (Part 1, 19.6.5). */
export function sessionHmac(request: {
  readonly hash: number
  readonly key: Uint8Array
  readonly parameterHash: Uint8Array
  readonly nonces: Nonces
  /** nonceTPM of the decrypt and of the encrypt session, in the first authorization of a command only. */
  readonly otherNonces?: readonly Uint8Array[]
  readonly attributes: TPMA_SESSION
}): Uint8Array {
  const { hash, key, parameterHash, nonces, otherNonces = [], attributes } = request
  return hmac(hash, key, parameterHash, nonces.newer, nonces.older, ...otherNonces, encode(TPMA_SESSION, attributes))
}

/** An authValue as it enters an HMAC: without its trailing zeros (Part 1, 19.6.4.3). */
export function withoutTrailingZeros(authValue: Uint8Array): Uint8Array {
  let size = authValue.length
  while (size > 0 && authValue[size - 1] === 0) size--
  return size === authValue.length ? authValue : authValue.subarray(0, size)
}

/** XOR obfuscation (Part 1, 11.4.7.3); its own inverse. */
function obfuscate(hash: number, key: Uint8Array, nonces: Nonces, data: Uint8Array): Uint8Array {
  const mask = kdfa(hash, key, 'XOR', nonces.newer, nonces.older, 8 * data.length)
  return data.map((byte, at) => byte ^ (mask[at] ?? 0))
}

/** The content of a first parameter, encrypted or decrypted for a session (Part 1, 21.2 and 21.3). */
export function cryptParameter(
  direction: 'encrypt' | 'decrypt',
  session: {
    readonly hash: number
    readonly symmetric: TPMT_SYM_DEF
    /** sessionKey || authValue. */
    readonly key: Uint8Array
    readonly nonces: Nonces
  },
  data: Uint8Array,
): Uint8Array {
  const { hash, symmetric, key, nonces } = session
  switch (symmetric.algorithm) {
    case ALG.null:
      throw new TypeError('the session has no symmetric algorithm')
    case ALG.xor:
      // By the session's hash, whatever the algorithm names: so do libtpms and every client (Part 1, 21.2)
      return obfuscate(hash, key, nonces, data)
    case ALG.tdes:
    case ALG.aes:
    case ALG.camellia: {
      const { algorithm, keyBits } = symmetric
      const ivBits = 8 * cipherBlockBytes(algorithm)
      const material = kdfa(hash, key, 'CFB', nonces.newer, nonces.older, keyBits + ivBits)
      const cipherKey = material.subarray(0, keyBits / 8)
      const iv = material.subarray(keyBits / 8)
      const run = direction === 'encrypt' ? cfbEncrypt : cfbDecrypt
      const result = run(algorithm, cipherKey, data, iv)
      material.fill(0)
      return result
    }
  }
}
