import { createPublicKey, type KeyObject } from 'node:crypto'
import { ALG } from './constants/algorithms.ts'
import { curve, type Curve } from './ecc/curves.ts'
import type { RsaPublic, TPMS_ECC_POINT, TPMT_PUBLIC } from './structures/index.ts'

/** TPMS_RSA_PARMS.exponent of zero means this one (Part 2, 12.2.3.5). */
export const defaultRsaExponent = 65537

const base64url = (bytes: Uint8Array): string => {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** `bytes` with zeros in front, or without those it has too many of. */
export function leftPad(bytes: Uint8Array, size: number): Uint8Array {
  if (bytes.length === size) return bytes
  const padded = new Uint8Array(size)
  const kept = bytes.subarray(Math.max(0, bytes.length - size))
  padded.set(kept, size - kept.length)
  return padded
}

/** The smallest big-endian form of an unsigned integer. */
export function uintBytes(value: number): Uint8Array {
  const bytes: number[] = []
  for (let left = value; left > 0; left = Math.floor(left / 256)) bytes.unshift(left % 256)
  return Uint8Array.from(bytes)
}

const rsaJwk = ({ unique, parameters }: RsaPublic) => ({
  kty: 'RSA',
  n: base64url(unique),
  e: base64url(uintBytes(parameters.exponent === 0 ? defaultRsaExponent : parameters.exponent)),
})

/**
 * A point as a public key for node:crypto.
 * @throws TypeError if JWK does not know its curve; an OpenSSL error if it is not on it.
 */
export function pointKey({ id, jwk, coordinateBytes }: Curve, { x, y }: TPMS_ECC_POINT): KeyObject {
  if (jwk === undefined) throw new TypeError(`there is no JWK on curve 0x${id.toString(16)}`)
  const coordinate = (value: Uint8Array): string => base64url(leftPad(value, coordinateBytes))
  return createPublicKey({ key: { kty: 'EC', crv: jwk, x: coordinate(x), y: coordinate(y) }, format: 'jwk' })
}

/** Reading a key takes as long as verifying with it. */
const known = new WeakMap<TPMT_PUBLIC, KeyObject>()

/**
 * The public key of an asymmetric object, for node:crypto; read once for each object.
 * @throws TypeError if the object is symmetric, or on a curve that JWK does not know; an OpenSSL error if the point is not on its curve.
 */
export function publicKeyOf(publicArea: TPMT_PUBLIC): KeyObject {
  const key = known.get(publicArea) ?? readPublicKey(publicArea)
  known.set(publicArea, key)
  return key
}

function readPublicKey(publicArea: TPMT_PUBLIC): KeyObject {
  if (publicArea.type === ALG.rsa) return createPublicKey({ key: rsaJwk(publicArea), format: 'jwk' })
  if (publicArea.type === ALG.ecc) return pointKey(curve(publicArea.parameters.curveID), publicArea.unique)
  throw new TypeError('a symmetric object has no public key')
}
