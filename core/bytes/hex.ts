import { WireError } from './wire-error.ts'

const digits = '0123456789abcdef'
const high = Array.from({ length: 256 }, (_, byte) => digits.charCodeAt(byte >> 4))
const low = Array.from({ length: 256 }, (_, byte) => digits.charCodeAt(byte & 15))
/** One text made at once is looked up and compared twice as fast as one joined digit by digit; engines limit arguments. */
const bytesAtOnce = 512

/** Lower-case hexadecimal, two digits a byte. */
export function toHex(bytes: Uint8Array): string {
  if (bytes.length <= bytesAtOnce) return hexOf(bytes)
  let text = ''
  for (let at = 0; at < bytes.length; at += bytesAtOnce) text += hexOf(bytes.subarray(at, at + bytesAtOnce))
  return text
}

function hexOf(bytes: Uint8Array): string {
  const codes = new Array<number>(2 * bytes.length)
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    codes[2 * at] = high[byte] ?? 0
    codes[2 * at + 1] = low[byte] ?? 0
  }
  return String.fromCharCode(...codes)
}

/**
 * Reads hexadecimal of either case, without separators.
 * @throws WireError if a digit is missing or is none.
 */
export function fromHex(text: string): Uint8Array {
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(text)) throw new WireError('not hexadecimal')
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16))
}
