/** A big-endian unsigned integer. */
export function bytesToBigInt(bytes: Uint8Array): bigint {
  let text = '0x0'
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return BigInt(text)
}

/** The big-endian form of an unsigned integer, in `size` bytes. */
export function bigIntToBytes(value: bigint, size: number): Uint8Array {
  const text = value.toString(16).padStart(2 * size, '0')
  return Uint8Array.from({ length: size }, (_, at) => Number.parseInt(text.slice(2 * at, 2 * at + 2), 16))
}

/** How many bytes the value takes. */
export const byteLength = (value: bigint): number => Math.ceil(value.toString(16).length / 2)

/** The inverse of `value` modulo `modulus`, or undefined if they share a factor (extended Euclid). */
export function inverse(value: bigint, modulus: bigint): bigint | undefined {
  let [r0, r1] = [modulus, value % modulus]
  let [t0, t1] = [0n, 1n]
  while (r1 !== 0n) {
    const quotient = r0 / r1
    ;[r0, r1] = [r1, r0 - quotient * r1]
    ;[t0, t1] = [t1, t0 - quotient * t1]
  }
  if (r0 !== 1n) return undefined
  return t0 < 0n ? t0 + modulus : t0
}
