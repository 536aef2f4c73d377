import { bytesToBigInt, inverse, modulo } from '../../../core/bytes/index.ts'
import { type Curve, drawScalar, type Random, ScalarMultiplier, type TPMS_ECC_POINT } from '../../../core/tpm/index.ts'
import {
  eccSignature,
  type EccSignature,
  leftmostBits,
  linearCombination,
  type SignatureNumbers,
} from './ecc-signature.ts'

/**
 * ECDSA over a digest (FIPS 186-5, 6.4), which node:crypto signs only together with its hash. The point of the nonce comes
 * from OpenSSL; the arithmetic modulo the order is BigInt, not constant-time, and blinded by a random factor.
 */
export function ecdsaSign(row: Curve, d: Uint8Array, digest: Uint8Array, random: Random): EccSignature {
  const { order, id } = row
  const [e, key] = [leftmostBits(row, digest), bytesToBigInt(d)]
  for (;;) {
    const nonce = drawScalar(row, random)
    const [k, blind] = [bytesToBigInt(nonce), bytesToBigInt(drawScalar(row, random))]
    const r = bytesToBigInt(new ScalarMultiplier(id, nonce).timesBase().x) % order
    nonce.fill(0)
    const blinded = blind * e + ((blind * key) % order) * r
    const s = ((inverse((k * blind) % order, order) ?? 0n) * (blinded % order)) % order
    if (r !== 0n && s !== 0n) return eccSignature(row, r, s)
  }
}

/** FIPS 186-5, 6.4.2. */
export function ecdsaVerify(row: Curve, q: TPMS_ECC_POINT, digest: Uint8Array, { r, s }: SignatureNumbers): boolean {
  const { order } = row
  const w = inverse(s, order) ?? 0n
  const sum = linearCombination(row, modulo(leftmostBits(row, digest) * w, order), (r * w) % order, q)
  return sum !== undefined && bytesToBigInt(sum.x) % order === r
}
