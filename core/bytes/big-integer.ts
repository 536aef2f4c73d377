/** Eight bytes at once: a BigInt of a machine word is made without reading text. */
const wordBytes = 8
const wordBits = 64n

/** A big-endian unsigned integer. */
export function bytesToBigInt(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const head = bytes.length % wordBytes
  let value = 0n
  for (let at = 0; at < head; at++) value = (value << 8n) | BigInt(bytes[at] ?? 0)
  for (let at = head; at < bytes.length; at += wordBytes) value = (value << wordBits) | view.getBigUint64(at)
  return value
}

/** The big-endian form of an unsigned integer, in `size` bytes; what does not fit is cut off in front. */
export function bigIntToBytes(value: bigint, size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  let left = value
  let at = size
  for (; at >= wordBytes; left >>= wordBits) view.setBigUint64((at -= wordBytes), BigInt.asUintN(64, left))
  while (at > 0) {
    bytes[--at] = Number(left & 0xffn)
    left >>= 8n
  }
  return bytes
}

/** How many bytes the value takes. */
export const byteLength = (value: bigint): number => Math.ceil(value.toString(16).length / 2)

/** The remainder that is not negative. */
export function modulo(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus
  return rest < 0n ? rest + modulus : rest
}

/** Bits that two leading parts may have so that all that Lehmer's steps make of them are exact numbers. */
const leadingBits = 52

/**
 * The inverse of `value` modulo `modulus`, or undefined if they share a factor: extended Euclid, whose quotients follow from
 * the leading bits as long as these decide them (Knuth, The Art of Computer Programming 2, 4.5.2, algorithm L).
 */
export function inverse(value: bigint, modulus: bigint): bigint | undefined {
  let [r0, r1] = [modulus, modulo(value, modulus)]
  let [t0, t1] = [0n, 1n]
  while (r1 !== 0n) {
    const [a, b, c, d] = leadingSteps(r0, r1)
    if (b === 0) {
      const quotient = r0 / r1
      ;[r0, r1] = [r1, r0 - quotient * r1]
      ;[t0, t1] = [t1, t0 - quotient * t1]
    } else {
      const [bigA, bigB, bigC, bigD] = [BigInt(a), BigInt(b), BigInt(c), BigInt(d)]
      ;[r0, r1] = [bigA * r0 + bigB * r1, bigC * r0 + bigD * r1]
      ;[t0, t1] = [bigA * t0 + bigB * t1, bigC * t0 + bigD * t1]
    }
  }
  if (r0 !== 1n) return undefined
  return modulo(t0, modulus)
}

/** The matrix of the steps of Euclid that the leading bits of both numbers decide; with a second entry of zero, of none. */
function leadingSteps(r0: bigint, r1: bigint): readonly [number, number, number, number] {
  const shift = BigInt(Math.max(0, 4 * r0.toString(16).length - leadingBits))
  let [x, y] = [Number(r0 >> shift), Number(r1 >> shift)]
  let [a, b, c, d] = [1, 0, 0, 1]
  while (y + c !== 0 && y + d !== 0) {
    const quotient = Math.floor((x + a) / (y + c))
    if (quotient !== Math.floor((x + b) / (y + d))) break
    ;[a, b, c, d] = [c, d, a - quotient * c, b - quotient * d]
    ;[x, y] = [y, x - quotient * y]
  }
  return [a, b, c, d]
}
