import { bigIntToBytes, bytesToBigInt } from '../../bytes/index.ts'
import type { Curve } from './curves.ts'

/** Draws this many random bytes. */
export type Random = (size: number) => Uint8Array

/** Bytes beyond the order's that make a number reduced modulo it uniform for all purposes (FIPS 186-5, A.2.1). */
const extraBytes = 8

/** A scalar above zero and below the order of the curve, out of random bytes or a seeded stream of them. */
export function drawScalar({ order, coordinateBytes }: Curve, random: Random): Uint8Array {
  const drawn = random(coordinateBytes + extraBytes)
  const scalar = bigIntToBytes((bytesToBigInt(drawn) % (order - 1n)) + 1n, coordinateBytes)
  drawn.fill(0)
  return scalar
}
