import { bigIntToBytes, bytesToBigInt, inverse, modulo } from '../../bytes/index.ts'
import { leftPad } from '../public-key.ts'
import type { TPMS_ECC_POINT } from '../structures/index.ts'
import { type Curve } from './curves.ts'

/**
 * Arithmetic on the coordinates of points (SEC 1, 2.2.1). BigInt is not constant-time: private numbers never come here,
 * they go to OpenSSL (`ScalarMultiplier`).
 */

const affine = ({ x, y }: TPMS_ECC_POINT) => [bytesToBigInt(x), bytesToBigInt(y)] as const

/** x^3 + ax + b, which is y^2. */
const ySquared = ({ a, b, prime }: Curve, x: bigint): bigint => modulo((x * x + a) * x + b, prime)

const pointOf = ({ coordinateBytes }: Curve, x: bigint, y: bigint): TPMS_ECC_POINT => ({
  x: bigIntToBytes(x, coordinateBytes),
  y: bigIntToBytes(y, coordinateBytes),
})

/** Part 1, C.8: a point off the curve would leak the private key that it is multiplied by. */
export function isOnCurve(row: Curve, point: TPMS_ECC_POINT): boolean {
  const [x, y] = affine(point)
  return x < row.prime && y < row.prime && modulo(y * y, row.prime) === ySquared(row, x)
}

/** The base point of a curve. */
export const basePoint = (row: Curve): TPMS_ECC_POINT => pointOf(row, row.baseX, row.baseY)

/** Both coordinates as long as the curve's field. */
export const padPoint = ({ coordinateBytes }: Curve, { x, y }: TPMS_ECC_POINT): TPMS_ECC_POINT => ({
  x: leftPad(x, coordinateBytes),
  y: leftPad(y, coordinateBytes),
})

/** 04 || x || y, both coordinates as long as the curve's field (SEC 1, 2.3.3). */
export function uncompressed({ coordinateBytes }: Curve, { x, y }: TPMS_ECC_POINT): Uint8Array {
  const bytes = new Uint8Array(1 + 2 * coordinateBytes)
  bytes[0] = 4
  bytes.set(leftPad(x, coordinateBytes), 1)
  bytes.set(leftPad(y, coordinateBytes), 1 + coordinateBytes)
  return bytes
}

/** The point that these bytes end with, uncompressed. */
export function trailingPoint({ coordinateBytes }: Curve, bytes: Uint8Array): TPMS_ECC_POINT {
  const yAt = bytes.length - coordinateBytes
  return { x: bytes.slice(yAt - coordinateBytes, yAt), y: bytes.slice(yAt) }
}

export const negatePoint = (row: Curve, { x, y }: TPMS_ECC_POINT): TPMS_ECC_POINT =>
  pointOf(row, bytesToBigInt(x), modulo(-bytesToBigInt(y), row.prime))

/** The sum of two points; undefined at infinity. */
export function addPoints(row: Curve, left: TPMS_ECC_POINT, right: TPMS_ECC_POINT): TPMS_ECC_POINT | undefined {
  const { prime: p, a } = row
  const [[x1, y1], [x2, y2]] = [affine(left), affine(right)]
  const isSameX = modulo(x1 - x2, p) === 0n
  if (isSameX && modulo(y1 + y2, p) === 0n) return undefined
  const [rise, run] = isSameX ? [3n * x1 * x1 + a, 2n * y1] : [y2 - y1, x2 - x1]
  const slope = modulo(rise * inverseIn(p, run), p)
  const x = modulo(slope * slope - x1 - x2, p)
  return pointOf(row, x, modulo(slope * (x1 - x) - y1, p))
}

/**
 * The point Q = dP, of which x is known, from P and the x coordinate of (d + 1)P = Q + P: the equation of that sum, solved
 * for the y of Q.
 */
export function recoverPoint(row: Curve, x: Uint8Array, point: TPMS_ECC_POINT, nextX: Uint8Array): TPMS_ECC_POINT {
  const { prime: p } = row
  const [[px, py], qx, rx] = [affine(point), bytesToBigInt(x), bytesToBigInt(nextX)]
  const run = qx - px
  const twice = ySquared(row, qx) + py * py - (rx + px + qx) * modulo(run * run, p)
  return pointOf(row, qx, modulo(modulo(twice, p) * inverseIn(p, 2n * py), p))
}

function inverseIn(prime: bigint, value: bigint): bigint {
  const found = inverse(value, prime)
  if (found === undefined) throw new TypeError('zero has no inverse')
  return found
}
