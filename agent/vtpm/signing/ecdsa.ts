import { createHash, verify } from 'node:crypto'
import { bigIntToBytes, bytesToBigInt, concat, inverse, modulo } from '../../../core/bytes/index.ts'
import {
  addPoints,
  type Curve,
  drawScalar,
  pointKey,
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
export function ecdsaVerify(row: Curve, q: TPMS_ECC_POINT, digest: Uint8Array, numbers: SignatureNumbers): boolean {
  const e = leftmostBits(row, digest)
  return row.jwk === undefined ? verifyByPoints(row, q, e, numbers) : verifyByShift(row, q, e, numbers)
}

function verifyByPoints(row: Curve, q: TPMS_ECC_POINT, e: bigint, { r, s }: SignatureNumbers): boolean {
  const { order } = row
  const w = inverse(s, order) ?? 0n
  const sum = linearCombination(row, (e * w) % order, (r * w) % order, q)
  return sum !== undefined && bytesToBigInt(sum.x) % order === r
}

const ownMessage = new Uint8Array(0)
const ownDigest = createHash('sha256').update(ownMessage).digest()

/**
 * OpenSSL verifies messages only, with their hash h. It is asked about one of our own, under the key Q + tG with
 * t = (e - h) / r: h/s G + r/s (Q + tG) is the point e/s G + r/s Q of the digest e.
 */
function verifyByShift(row: Curve, q: TPMS_ECC_POINT, e: bigint, numbers: SignatureNumbers): boolean {
  const { order, id, coordinateBytes } = row
  const t = modulo((e - leftmostBits(row, ownDigest)) * (inverse(numbers.r, order) ?? 0n), order)
  const shift = t === 0n ? undefined : new ScalarMultiplier(id, bigIntToBytes(t, coordinateBytes)).timesBase()
  const key = shift === undefined ? q : addPoints(row, q, shift)
  if (key === undefined) return verifyByPoints(row, q, e, numbers)
  const { signatureR, signatureS } = eccSignature(row, numbers.r, numbers.s)
  const raw = concat(signatureR, signatureS)
  return verify('sha256', ownMessage, { key: pointKey(row, key), dsaEncoding: 'ieee-p1363' }, raw)
}
