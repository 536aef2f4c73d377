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

/** The inverse of `value` modulo `modulus`, or undefined if they share a factor (extended Euclid). */
export function inverse(value: bigint, modulus: bigint): bigint | undefined {
  let [r0, r1] = [modulus, modulo(value, modulus)]
  let [t0, t1] = [0n, 1n]
  while (r1 !== 0n) {
    const quotient = r0 / r1
    ;[r0, r1] = [r1, r0 - quotient * r1]
    ;[t0, t1] = [t1, t0 - quotient * t1]
  }
  if (r0 !== 1n) return undefined
  return t0 < 0n ? t0 + modulus : t0
}
