import { Reader, WireError } from '../../../core/bytes/index.ts'

/** One element of DER (X.690, 8.1). */
export interface Element {
  readonly tag: number
  readonly content: Uint8Array
  /** Tag, length and content. */
  readonly whole: Uint8Array
}

const longLength = 0x80
const maxLengthBytes = 2

function readLength(from: Reader): number {
  const first = from.u8()
  if (first < longLength) return first
  const lengthBytes = first - longLength
  if (lengthBytes === 0 || lengthBytes > maxLengthBytes) throw new WireError('a length of no or of too many bytes')
  let length = 0
  for (let at = 0; at < lengthBytes; at += 1) length = length * 256 + from.u8()
  return length
}

/**
 * The elements that follow each other in some bytes, and nothing else.
 * @throws WireError
 */
export function readElements(bytes: Uint8Array): readonly Element[] {
  const from = new Reader(bytes)
  const elements: Element[] = []
  while (from.left > 0) {
    const start = from.offset
    const tag = from.u8()
    const content = from.bytes(readLength(from))
    elements.push({ tag, content, whole: bytes.slice(start, from.offset) })
  }
  return elements
}
