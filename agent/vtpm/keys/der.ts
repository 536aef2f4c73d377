import { bytesToBigInt, DER, derElement, derInteger, inverse } from '../../../core/bytes/index.ts'
import { ecPrivateKey } from '../../../core/tpm/index.ts'

/** Object identifiers of the curves, complete with their tag (RFC 5480, 2.1.1.1). */
const curveOids: Readonly<Record<string, readonly number[]>> = {
  prime256v1: [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
  secp384r1: [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22],
  secp521r1: [0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23],
}

/** A private key on a curve that has a name, as DER that is the caller's to zero. */
export function ecPrivateKeyDer(curveName: string, scalar: Uint8Array): Uint8Array {
  const oid = curveOids[curveName]
  if (oid === undefined) throw new TypeError(`no object identifier for ${curveName}`)
  return ecPrivateKey(scalar, Uint8Array.from(oid))
}

/** RSAPublicKey (RFC 8017, A.1.1). */
export const rsaPublicKeyDer = (n: bigint, e: bigint): Uint8Array =>
  derElement(DER.sequence, derInteger(n), derInteger(e))

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
  return derElement(
    DER.sequence,
    ...[0n, n, e, d, p, q, d % (p - 1n), d % (q - 1n), coefficient].map((value) => derInteger(value)),
  )
}
