import { bigIntToBytes, bytesToBigInt } from '../../../core/bytes/index.ts'
import { addPoints, type Curve, ScalarMultiplier, type TPMS_ECC_POINT } from '../../../core/tpm/index.ts'

/** The two numbers of a signature on a curve (Part 2, 11.3.2). */
export interface EccSignature {
  readonly signatureR: Uint8Array
  readonly signatureS: Uint8Array
}

/** The same numbers, once they are known to lie above zero and below the order. */
export interface SignatureNumbers {
  readonly r: bigint
  readonly s: bigint
}

/** Both numbers as long as the order. */
export const eccSignature = ({ coordinateBytes }: Curve, r: bigint, s: bigint): EccSignature => ({
  signatureR: bigIntToBytes(r, coordinateBytes),
  signatureS: bigIntToBytes(s, coordinateBytes),
})

/** The leftmost bits of a digest, as many as the order has (FIPS 186-5, 6.4.1). */
export function leftmostBits({ bits }: Curve, digest: Uint8Array): bigint {
  const surplus = 8 * digest.length - bits
  return surplus > 0 ? bytesToBigInt(digest) >> BigInt(surplus) : bytesToBigInt(digest)
}

/** uG + vQ; undefined at infinity. */
export function linearCombination(row: Curve, u: bigint, v: bigint, q: TPMS_ECC_POINT): TPMS_ECC_POINT | undefined {
  const multiplier = (scalar: bigint) => new ScalarMultiplier(row.id, bigIntToBytes(scalar, row.coordinateBytes))
  const left = u === 0n ? undefined : multiplier(u).timesBase()
  const right = v === 0n ? undefined : multiplier(v).times(q)
  return left === undefined || right === undefined ? (left ?? right) : addPoints(row, left, right)
}
