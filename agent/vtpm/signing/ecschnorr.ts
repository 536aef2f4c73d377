import { bytesToBigInt, modulo } from '../../../core/bytes/index.ts'
import {
  type Curve,
  digest as hashOf,
  drawScalar,
  type Random,
  ScalarMultiplier,
  type TPMS_ECC_POINT,
} from '../../../core/tpm/index.ts'
import {
  eccSignature,
  type EccSignature,
  leftmostBits,
  linearCombination,
  type SignatureNumbers,
} from './ecc-signature.ts'

/** Part 1, C.4.4: what is signed is a hash over the x coordinate of the nonce's point and the digest. */
const challenge = (row: Curve, hashAlg: number, { x }: TPMS_ECC_POINT, digest: Uint8Array): bigint =>
  leftmostBits(row, hashOf(hashAlg, x, digest))

/**
 * s = k + rd modulo the order (Part 1, C.4.2.3), which ECDAA shares; undefined where r or s is zero. The product with the
 * private scalar is BigInt, not constant-time, and blinded by a random factor.
 */
export function schnorrAnswer(row: Curve, k: Uint8Array, r: bigint, d: Uint8Array, random: Random): bigint | undefined {
  const { order } = row
  const blind = bytesToBigInt(drawScalar(row, random))
  const masked = ((bytesToBigInt(d) + blind) % order) * r
  const s = modulo(bytesToBigInt(k) + masked - blind * r, order)
  return r % order === 0n || s === 0n ? undefined : s
}

/** EC Schnorr (Part 1, C.4.4). */
export function ecschnorrSign(
  row: Curve,
  d: Uint8Array,
  { hashAlg, digest }: { readonly hashAlg: number; readonly digest: Uint8Array },
  random: Random,
): EccSignature {
  for (;;) {
    const nonce = drawScalar(row, random)
    const r = challenge(row, hashAlg, new ScalarMultiplier(row.id, nonce).timesBase(), digest)
    const s = schnorrAnswer(row, nonce, r, d, random)
    nonce.fill(0)
    if (s !== undefined && r < row.order) return eccSignature(row, r, s)
  }
}

/** The point sG - rQ must give the challenge again. */
export function ecschnorrVerify(
  row: Curve,
  q: TPMS_ECC_POINT,
  { hashAlg, digest }: { readonly hashAlg: number; readonly digest: Uint8Array },
  { r, s }: SignatureNumbers,
): boolean {
  const point = linearCombination(row, s, row.order - r, q)
  return point !== undefined && challenge(row, hashAlg, point, digest) === r
}
