import { createECDH } from 'node:crypto'
import { curve, type Random } from '../../../core/tpm/index.ts'
import { bigIntToBytes, bytesToBigInt } from './big-integer.ts'

export interface EccKey {
  readonly d: Uint8Array
  readonly x: Uint8Array
  readonly y: Uint8Array
}

/** FIPS 186-5, A.2.1: with so many extra bits the scalar is uniform for all purposes. */
const extraBytes = 8

/** An ECC key out of a stream of bytes. */
export function deriveEccKey(curveID: number, random: Random): EccKey {
  const { order, coordinateBytes } = curve(curveID)
  const drawn = random(coordinateBytes + extraBytes)
  const d = bigIntToBytes((bytesToBigInt(drawn) % (order - 1n)) + 1n, coordinateBytes)
  drawn.fill(0)
  return { d, ...publicPointOf(curveID, d) }
}

/** d * G. */
export function publicPointOf(curveID: number, d: Uint8Array): { readonly x: Uint8Array; readonly y: Uint8Array } {
  const { node, coordinateBytes } = curve(curveID)
  const ecdh = createECDH(node)
  ecdh.setPrivateKey(d)
  const point = new Uint8Array(ecdh.getPublicKey())
  return { x: point.slice(1, 1 + coordinateBytes), y: point.slice(1 + coordinateBytes) }
}
