import { Reader, WireError, Writer } from '../../core/bytes/index.ts'

/** "BLbl", version 1. */
const header = Uint8Array.of(0x42, 0x4c, 0x62, 0x6c, 1)
const maxItems = 64

/** A list of byte strings in one, as the store keeps it. */
export function encodeByteList(items: readonly Uint8Array[]): Uint8Array {
  const out = new Writer().bytes(header).u32(items.length)
  for (const item of items) out.u32(item.length).bytes(item)
  return out.done()
}

/** @throws WireError if the bytes are not what `encodeByteList` writes. */
export function decodeByteList(bytes: Uint8Array): readonly Uint8Array[] {
  const from = new Reader(bytes)
  if (!from.bytes(header.length).every((byte, at) => byte === header[at])) throw new WireError('no list of bytes')
  const count = from.u32()
  if (count > maxItems) throw new WireError(`${count} items`)
  const items = Array.from({ length: count }, () => from.bytes(from.u32()))
  from.end()
  return items
}
