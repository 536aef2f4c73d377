import { Reader, toHex, trimEnd } from '../bytes/index.ts'
import { guidText } from './guid.ts'
import { decodeUtf16 } from './utf16.ts'

/** Ends the device path (UEFI 10.3.1). */
const end = 0x7fff

const guidNode = (name: string) => (body: Uint8Array) =>
  body.length >= 16 ? `${name}(${guidText(body.subarray(0, 16))})` : name

/** How device path nodes read, by type and subtype in one number (UEFI 10.3). Those that are not here tell a person nothing. */
const nodes: ReadonlyMap<number, (body: Uint8Array) => string> = new Map([
  [0x0101, (body) => `Pci(${body[1] ?? 0},${body[0] ?? 0})`],
  [
    0x0103,
    (body) => (body.length === 20 ? `MemoryMapped(0x${new Reader(body.subarray(4)).u64(true).toString(16)})` : ''),
  ],
  [0x0302, (body) => `Scsi(${body[0] ?? 0},${body[2] ?? 0})`],
  [0x0305, (body) => `USB(${body[0] ?? 0},${body[1] ?? 0})`],
  [0x030b, (body) => `MAC(${toHex(body.subarray(0, 6))})`],
  [0x030c, () => 'IPv4'],
  [0x030d, () => 'IPv6'],
  [0x0312, (body) => `Sata(${body[0] ?? 0})`],
  [0x0317, (body) => `NVMe(${body[0] ?? 0})`],
  [0x0318, (body) => trimEnd(new TextDecoder('latin1').decode(body), '\0')],
  [0x0401, (body) => (body.length >= 36 ? `HD(${guidText(body.subarray(20, 36))})` : 'HD')],
  [0x0402, () => 'CDROM'],
  [0x0403, guidNode('VenMedia')],
  [0x0404, (body) => trimEnd(decodeUtf16(body), '\0')],
  [0x0406, guidNode('FvFile')],
  [0x0407, guidNode('Fv')],
  [0x0408, () => 'OptionRom'],
  [0x0501, (body) => `BBS ${new TextDecoder('latin1').decode(body.subarray(4)).split('\0', 1)[0] ?? ''}`],
])

/**
 * A device path as text, the file names of it being what one looks for.
 * @throws WireError if a node is cut off.
 */
export function devicePathText(bytes: Uint8Array): string {
  const from = new Reader(bytes)
  const parts: string[] = []
  while (from.left > 0) {
    const kind = from.u16()
    const size = from.u16(true)
    if (kind === end) break
    const body = from.view(Math.max(0, size - 4))
    const text = nodes.get(kind)?.(body) ?? ''
    if (text !== '') parts.push(text)
  }
  return parts.join('/')
}
