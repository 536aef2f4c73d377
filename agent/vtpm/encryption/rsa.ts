import { constants, privateDecrypt, publicEncrypt, type KeyObject } from 'node:crypto'
import {
  ALG,
  hashAlgorithm,
  leftPad,
  publicKeyOf,
  RC,
  type RsaPublic,
  type TPMT_RSA_DECRYPT,
} from '../../../core/tpm/index.ts'

/**
 * The scheme a key encrypts by: its own, with which a request must agree, else the requested one (Part 3, 14.2.1);
 * undefined where both differ.
 */
export function selectRsaScheme({ parameters }: RsaPublic, requested: TPMT_RSA_DECRYPT): TPMT_RSA_DECRYPT | undefined {
  const own = parameters.scheme
  if (own.scheme === ALG.null) return requested
  if (own.scheme !== ALG.rsaes && own.scheme !== ALG.oaep) return undefined
  const hashOf = (scheme: TPMT_RSA_DECRYPT): number | undefined => ('hashAlg' in scheme ? scheme.hashAlg : undefined)
  const agrees = requested.scheme === ALG.null || (own.scheme === requested.scheme && hashOf(own) === hashOf(requested))
  return agrees ? own : undefined
}

function paddingOf(scheme: TPMT_RSA_DECRYPT, label: Uint8Array) {
  if (scheme.scheme !== ALG.oaep) return { padding: constants.RSA_NO_PADDING }
  const { node: oaepHash } = hashAlgorithm(scheme.hashAlg)
  return { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash, oaepLabel: label }
}

/** What only the holder of the private key reads, or the response code that refuses the message. */
export function encryptByRsa(
  publicArea: RsaPublic,
  scheme: TPMT_RSA_DECRYPT,
  message: Uint8Array,
  label: Uint8Array,
): Uint8Array | number {
  const key = publicKeyOf(publicArea)
  try {
    if (scheme.scheme === ALG.rsaes)
      return new Uint8Array(publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, message))
    const plain = scheme.scheme === ALG.null ? asNumber(message, publicArea.unique.length) : message
    if (plain === undefined) return RC.value
    return new Uint8Array(publicEncrypt({ key, ...paddingOf(scheme, label) }, plain))
  } catch {
    // OpenSSL says by an error that the message is too long, or the number larger than the modulus
    return RC.value
  }
}

/** Without a scheme the message is a number (Part 1, B.4), undefined if larger than size; zeros in front say nothing. */
function asNumber(message: Uint8Array, size: number): Uint8Array | undefined {
  const first = message.findIndex((byte) => byte !== 0)
  const number = first < 0 ? new Uint8Array(0) : message.subarray(first)
  return number.length > size ? undefined : leftPad(number, size)
}

/** The message that was encrypted, or the response code that refuses what is none. */
export function decryptByRsa(
  privateKey: KeyObject,
  scheme: TPMT_RSA_DECRYPT,
  cipherText: Uint8Array,
  label: Uint8Array,
): Uint8Array | number {
  let opened: Uint8Array
  try {
    opened = new Uint8Array(privateDecrypt({ key: privateKey, ...paddingOf(scheme, label) }, cipherText))
  } catch {
    // OpenSSL says by an error that the padding is wrong, or the number larger than the modulus
    return RC.value
  }
  return scheme.scheme === ALG.rsaes ? withoutPadding(opened) : opened
}

const minPaddingBytes = 8

/** EME-PKCS1-v1_5 decoding of RFC 8017, 7.2.2: node:crypto refuses it wherever OpenSSL would answer with random bytes. */
function withoutPadding(encoded: Uint8Array): Uint8Array | number {
  const end = encoded.indexOf(0, 2)
  const isPadded = encoded[0] === 0 && encoded[1] === 2 && end >= 2 + minPaddingBytes
  const message = isPadded ? encoded.slice(end + 1) : RC.value
  encoded.fill(0)
  return message
}
