import { createECDH } from 'node:crypto'
import { curve, leftPad, type Random } from '../../../core/tpm/index.ts'

/**
 * ECDSA over a digest (FIPS 186-5, 6.4), which node:crypto signs only together with its hash. Points made from secrets
 * come from OpenSSL; the arithmetic modulo the order is blinded BigInt and not constant-time.
 */

/** The two numbers of a signature, each as long as the order. */
export interface EcdsaSignature {
  readonly signatureR: Uint8Array
  readonly signatureS: Uint8Array
}

/** Jacobian coordinates; z is zero at infinity. */
interface Point {
  readonly x: bigint
  readonly y: bigint
  readonly z: bigint
}

const infinity: Point = { x: 1n, y: 1n, z: 0n }
/** Extra bits that make a number reduced modulo the order uniform enough (FIPS 186-5, A.3.1). */
const extraBytes = 8

/** Signs with the private scalar `d`. */
export function ecdsaSign(curveID: number, d: Uint8Array, digest: Uint8Array, random: Random): EcdsaSignature {
  const { order, coordinateBytes } = curve(curveID)
  const [e, key] = [truncated(curveID, digest), toNumber(d)]
  for (;;) {
    const [k, blind] = [belowOrder(curveID, random), belowOrder(curveID, random)]
    const r = basePointX(curveID, k) % order
    const s = mod(inverse(mod(k * blind, order), order) * mod(blind * e + mod(blind * key, order) * r, order), order)
    if (r !== 0n && s !== 0n)
      return { signatureR: toBytes(r, coordinateBytes), signatureS: toBytes(s, coordinateBytes) }
  }
}

/** Whether the holder of the point signed the digest. */
export function ecdsaVerify(
  curveID: number,
  point: { readonly x: Uint8Array; readonly y: Uint8Array },
  digest: Uint8Array,
  { signatureR, signatureS }: EcdsaSignature,
): boolean {
  const { order, prime: p } = curve(curveID)
  const [r, s] = [toNumber(signatureR), toNumber(signatureS)]
  if (r === 0n || r >= order || s === 0n || s >= order) return false
  const w = inverse(s, order)
  const key: Point = { x: toNumber(point.x), y: toNumber(point.y), z: 1n }
  const sum = multiplyBoth(p, mod(truncated(curveID, digest) * w, order), basePoint(curveID), mod(r * w, order), key)
  if (sum.z === 0n) return false
  const x = mod(sum.x * inverse(mod(sum.z * sum.z, p), p), p)
  return x % order === r
}

/** The leftmost bits of a digest, as many as the order has. */
function truncated(curveID: number, digest: Uint8Array): bigint {
  const surplus = 8 * digest.length - curve(curveID).bits
  return surplus > 0 ? toNumber(digest) >> BigInt(surplus) : toNumber(digest)
}

function belowOrder(curveID: number, random: Random): bigint {
  const { order, coordinateBytes } = curve(curveID)
  const drawn = random(coordinateBytes + extraBytes)
  const scalar = (toNumber(drawn) % (order - 1n)) + 1n
  drawn.fill(0)
  return scalar
}

function basePointX(curveID: number, scalar: bigint): bigint {
  const { node, coordinateBytes } = curve(curveID)
  const pair = createECDH(node)
  pair.setPrivateKey(toBytes(scalar, coordinateBytes))
  return toNumber(pair.getPublicKey().subarray(1, 1 + coordinateBytes))
}

function basePoint(curveID: number): Point {
  const { node, coordinateBytes } = curve(curveID)
  const pair = createECDH(node)
  pair.setPrivateKey(toBytes(1n, coordinateBytes))
  const point = pair.getPublicKey()
  return {
    x: toNumber(point.subarray(1, 1 + coordinateBytes)),
    y: toNumber(point.subarray(1 + coordinateBytes)),
    z: 1n,
  }
}

/** a * left + b * right, bit by bit for both at once. */
function multiplyBoth(p: bigint, a: bigint, left: Point, b: bigint, right: Point): Point {
  const both = add(p, left, right)
  let sum = infinity
  for (let bit = BigInt(Math.max(a.toString(2).length, b.toString(2).length)) - 1n; bit >= 0n; bit -= 1n) {
    sum = double(p, sum)
    const [inA, inB] = [((a >> bit) & 1n) === 1n, ((b >> bit) & 1n) === 1n]
    if (inA && inB) sum = add(p, sum, both)
    else if (inA) sum = add(p, sum, left)
    else if (inB) sum = add(p, sum, right)
  }
  return sum
}

/** "dbl-2001-b" for a = -3. */
function double(p: bigint, { x, y, z }: Point): Point {
  const delta = mod(z * z, p)
  const gamma = mod(y * y, p)
  const beta = mod(x * gamma, p)
  const alpha = mod(3n * (x - delta) * (x + delta), p)
  const x3 = mod(alpha * alpha - 8n * beta, p)
  return { x: x3, y: mod(alpha * (4n * beta - x3) - 8n * gamma * gamma, p), z: mod(2n * y * z, p) }
}

/** "add-2007-bl", and the cases it leaves out. */
function add(p: bigint, left: Point, right: Point): Point {
  if (left.z === 0n) return right
  if (right.z === 0n) return left
  const [zz1, zz2] = [mod(left.z * left.z, p), mod(right.z * right.z, p)]
  const [u1, u2] = [mod(left.x * zz2, p), mod(right.x * zz1, p)]
  const [s1, s2] = [mod(left.y * right.z * zz2, p), mod(right.y * left.z * zz1, p)]
  if (u1 === u2) return s1 === s2 ? double(p, left) : infinity
  const h = mod(u2 - u1, p)
  const r = mod(s2 - s1, p)
  const hh = mod(h * h, p)
  const hhh = mod(h * hh, p)
  const v = mod(u1 * hh, p)
  const x = mod(r * r - hhh - 2n * v, p)
  return { x, y: mod(r * (v - x) - s1 * hhh, p), z: mod(left.z * right.z * h, p) }
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [previous, current] = [modulus, mod(value, modulus)]
  let [before, now] = [0n, 1n]
  while (current > 1n) {
    const quotient = previous / current
    ;[previous, current] = [current, previous - quotient * current]
    ;[before, now] = [now, before - quotient * now]
  }
  return mod(now, modulus)
}

function mod(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus
  return rest < 0n ? rest + modulus : rest
}

function toNumber(bytes: Uint8Array): bigint {
  let text = '0x0'
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return BigInt(text)
}

function toBytes(value: bigint, size: number): Uint8Array {
  const text = value.toString(16)
  const even = text.length % 2 === 0 ? text : `0${text}`
  return leftPad(
    Uint8Array.from({ length: even.length / 2 }, (_, i) => Number.parseInt(even.slice(2 * i, 2 * i + 2), 16)),
    size,
  )
}
