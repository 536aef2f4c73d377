import { bigIntToBytes, byteLength } from './big-integer.ts'
import { concat } from './concat.ts'

/** Tags of the DER elements that are written here (X.690, 8). */
export const DER = { integer: 0x02, octetString: 0x04, sequence: 0x30, context0: 0xa0 } as const

/** One DER element with a content below 64 KiB (X.690, 8.1). */
export function derElement(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = concat(...contents)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return concat(Uint8Array.of(tag, ...size), content)
}

/** An unsigned INTEGER (X.690, 8.3): a zero in front where the sign bit would show. */
export function derInteger(value: bigint): Uint8Array {
  const bytes = bigIntToBytes(value, byteLength(value))
  return derElement(DER.integer, (bytes[0] ?? 0) >= 0x80 ? concat(Uint8Array.of(0), bytes) : bytes)
}
