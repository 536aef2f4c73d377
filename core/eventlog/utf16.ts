import { Writer } from '../bytes/index.ts'

/** UTF-16 code units, little-endian, as UEFI keeps text; without a terminator unless the text has one. */
export function encodeUtf16(text: string): Uint8Array {
  const to = new Writer()
  for (let i = 0; i < text.length; i++) to.u16(text.charCodeAt(i), true)
  return to.done()
}

/** Making one takes longer than decoding a name. A mark of byte order is a letter of it: without that two names would read alike. */
const utf16 = new TextDecoder('utf-16le', { ignoreBOM: true })

/** UTF-16 little-endian to text; an odd last byte is dropped, since such text is only ever shown. */
export function decodeUtf16(bytes: Uint8Array): string {
  return utf16.decode(bytes.subarray(0, bytes.length & ~1))
}
