import { createECDH, ECDH } from 'node:crypto'
import { concat } from '../../../core/bytes/index.ts'
import { curve, leftPad, type Curve, type TPMS_ECC_POINT } from '../../../core/tpm/index.ts'
import { bigIntToBytes, bytesToBigInt, inverse } from './big-integer.ts'

/** SEC 1, 2.3.3: an even y in the compressed form. */
const evenTag = 2

/**
 * d * P, both coordinates. node:crypto gives x alone, and of y only what x says of it; which of the two it is shows in
 * the x of (d + 1) * P. The scalars are OpenSSL's business, the arithmetic here sees only points.
 * @throws an OpenSSL error if `point` is not on the curve or `d` is not below the order.
 */
export function multiplyPoint(curveID: number, d: Uint8Array, point: TPMS_ECC_POINT): TPMS_ECC_POINT {
  const row = curve(curveID)
  const x = multiplyX(row, d, point)
  const even = withEvenY(row, x)
  const odd = negated(row, even)
  const scalar = bytesToBigInt(d)
  if (scalar === 1n) return padded(row, point)
  if (scalar === row.order - 1n) return negated(row, padded(row, point))
  const next = bigIntToBytes(scalar + 1n, row.coordinateBytes)
  const nextX = bytesToBigInt(multiplyX(row, next, point))
  next.fill(0)
  return sumX(row, even, point) === nextX ? even : odd
}

/** The x coordinate of d * P. */
function multiplyX(row: Curve, d: Uint8Array, { x, y }: TPMS_ECC_POINT): Uint8Array {
  const { node, coordinateBytes } = row
  const ecdh = createECDH(node)
  ecdh.setPrivateKey(leftPad(d, coordinateBytes))
  const other = concat(Uint8Array.of(4), leftPad(x, coordinateBytes), leftPad(y, coordinateBytes))
  return leftPad(new Uint8Array(ecdh.computeSecret(other)), coordinateBytes)
}

function padded({ coordinateBytes }: Curve, { x, y }: TPMS_ECC_POINT): TPMS_ECC_POINT {
  return { x: leftPad(x, coordinateBytes), y: leftPad(y, coordinateBytes) }
}

function withEvenY({ node, coordinateBytes }: Curve, x: Uint8Array): TPMS_ECC_POINT {
  const compressed = concat(Uint8Array.of(evenTag), x)
  const point = new Uint8Array(ECDH.convertKey(compressed, node, undefined, undefined, 'uncompressed') as Buffer)
  return { x, y: point.slice(1 + coordinateBytes) }
}

const negated = ({ prime, coordinateBytes }: Curve, { x, y }: TPMS_ECC_POINT): TPMS_ECC_POINT => ({
  x,
  y: bigIntToBytes(prime - bytesToBigInt(y), coordinateBytes),
})

/** The x coordinate of the sum of two points whose x differ. */
function sumX({ prime }: Curve, left: TPMS_ECC_POINT, right: TPMS_ECC_POINT): bigint {
  const [x1, y1, x2, y2] = [left.x, left.y, right.x, right.y].map(bytesToBigInt) as [bigint, bigint, bigint, bigint]
  const run = inverse((x2 - x1 + prime) % prime, prime)
  if (run === undefined) throw new TypeError('the points have one x')
  const slope = (y2 - y1 + prime) * run
  return (((slope * slope - x1 - x2) % prime) + prime) % prime
}
