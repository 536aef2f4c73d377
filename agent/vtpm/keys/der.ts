import { concat } from '../../../core/bytes/index.ts'
import { bigIntToBytes, byteLength, bytesToBigInt, inverse } from './big-integer.ts'

/** One DER element (X.690, 8.1). */
function element(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = concat(...contents)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return concat(Uint8Array.of(tag, ...size), content)
}

const INTEGER = 0x02
const OCTET_STRING = 0x04
const SEQUENCE = 0x30
const CONTEXT_0 = 0xa0

function integer(value: bigint): Uint8Array {
  const bytes = bigIntToBytes(value, byteLength(value))
  return element(INTEGER, (bytes[0] ?? 0) >= 0x80 ? concat(Uint8Array.of(0), bytes) : bytes)
}

/** Object identifiers of the curves, complete with their tag (RFC 5480, 2.1.1.1). */
const curveOids: Readonly<Record<string, readonly number[]>> = {
  prime256v1: [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
  secp384r1: [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22],
  secp521r1: [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23],
}

/** ECPrivateKey (RFC 5915, 3) without the public key, which OpenSSL computes. */
export function ecPrivateKeyDer(curveName: string, scalar: Uint8Array): Uint8Array {
  const oid = curveOids[curveName]
  if (oid === undefined) throw new TypeError(`no object identifier for ${curveName}`)
  const parameters = element(CONTEXT_0, Uint8Array.from(oid))
  return element(SEQUENCE, integer(1n), element(OCTET_STRING, scalar), parameters)
}

/**
 * RSAPrivateKey (RFC 8017, A.1.2) from the modulus and one prime, which is all a TPM keeps.
 * @throws RangeError if the prime is no factor, or the exponent has no inverse.
 */
export function rsaPrivateKeyDer(modulus: Uint8Array, prime: Uint8Array, e: bigint): Uint8Array {
  const n = bytesToBigInt(modulus)
  const p = bytesToBigInt(prime)
  if (p <= 1n || n % p !== 0n) throw new RangeError('the prime is no factor of the modulus')
  const q = n / p
  const d = inverse(e, (p - 1n) * (q - 1n))
  const coefficient = inverse(q, p)
  if (d === undefined || coefficient === undefined) throw new RangeError('the exponent has no inverse')
  return element(
    SEQUENCE,
    ...[0n, n, e, d, p, q, d % (p - 1n), d % (q - 1n), coefficient].map((value) => integer(value)),
  )
}
