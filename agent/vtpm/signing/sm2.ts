import { bytesToBigInt, inverse, modulo } from '../../../core/bytes/index.ts'
import { type Curve, drawScalar, type Random, ScalarMultiplier, type TPMS_ECC_POINT } from '../../../core/tpm/index.ts'
import { eccSignature, type EccSignature, linearCombination, type SignatureNumbers } from './ecc-signature.ts'

/**
 * The signature of SM2 (GB/T 32918.2, 6) over a digest that the caller made. The arithmetic modulo the order is BigInt, not
 * constant-time, and blinded by a random factor.
 */
export function sm2Sign(row: Curve, d: Uint8Array, digest: Uint8Array, random: Random): EccSignature {
  const { order } = row
  const key = bytesToBigInt(d)
  for (;;) {
    const nonce = drawScalar(row, random)
    const [k, blind] = [bytesToBigInt(nonce), bytesToBigInt(drawScalar(row, random))]
    const { x } = new ScalarMultiplier(row.id, nonce).timesBase()
    nonce.fill(0)
    const r = (bytesToBigInt(digest) + bytesToBigInt(x)) % order
    const blindedKey = (blind * key) % order
    const divisor = inverse((blind + blindedKey) % order, order) ?? 0n
    const s = modulo(divisor * modulo(blind * k - blindedKey * r, order), order)
    if (r !== 0n && s !== 0n && r + k !== order) return eccSignature(row, r, s)
  }
}

/** GB/T 32918.2, 7. */
export function sm2Verify(row: Curve, q: TPMS_ECC_POINT, digest: Uint8Array, { r, s }: SignatureNumbers): boolean {
  const { order } = row
  const t = (r + s) % order
  const point = t === 0n ? undefined : linearCombination(row, s, t, q)
  return point !== undefined && (bytesToBigInt(digest) + bytesToBigInt(point.x)) % order === r
}
