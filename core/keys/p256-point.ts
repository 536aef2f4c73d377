import { type KeyObject, createPublicKey } from 'node:crypto'
import { base64url } from 'jose'
import { WireError, concat } from '../bytes/index.ts'

/** SEC 1, 2.3.3: 04, x, y. */
const uncompressed = 0x04
const coordinateBytes = 32
const p256PointBytes = 1 + 2 * coordinateBytes

/**
 * The public key of an uncompressed P-256 point.
 * @throws WireError if it is none, or lies off the curve.
 */
export function p256PublicKey(point: Uint8Array): KeyObject {
  if (point.length !== p256PointBytes || point[0] !== uncompressed)
    throw new WireError('not an uncompressed P-256 point')
  const coordinate = (at: number) => base64url.encode(point.subarray(at, at + coordinateBytes))
  const jwk = { kty: 'EC', crv: 'P-256', x: coordinate(1), y: coordinate(1 + coordinateBytes) }
  try {
    return createPublicKey({ key: jwk, format: 'jwk' })
  } catch (cause) {
    throw new WireError('not a point of P-256', [], { cause })
  }
}

/** The uncompressed point of a P-256 key, public or private. */
export function p256Point(key: KeyObject): Uint8Array {
  const { crv, x, y } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' })
  if (crv !== 'P-256' || x === undefined || y === undefined) throw new TypeError('not a P-256 key')
  return concat(Uint8Array.of(uncompressed), base64url.decode(x), base64url.decode(y))
}
