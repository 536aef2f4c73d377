import { Reader } from '../bytes/index.ts'
import { guidText } from './guid.ts'
import { decodeUtf16 } from './utf16.ts'

/** Device path nodes, UEFI 10.3: type and subtype in one number. */
const node = {
  hardDrive: 0x0401,
  filePath: 0x0404,
  firmwareFile: 0x0406,
  firmwareVolume: 0x0407,
  vendorMedia: 0x0403,
  pci: 0x0101,
  end: 0x7fff,
} as const

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
    if (kind === node.end) break
    const body = from.view(Math.max(0, size - 4))
    const text = nodeText(kind, body)
    if (text !== '') parts.push(text)
  }
  return parts.join('/')
}

function nodeText(kind: number, body: Uint8Array): string {
  switch (kind) {
    case node.filePath:
      return decodeUtf16(body).replace(/\0+$/, '')
    case node.hardDrive:
      return body.length >= 36 ? `HD(${guidText(body.subarray(20, 36))})` : 'HD'
    case node.firmwareFile:
      return body.length === 16 ? `FvFile(${guidText(body)})` : 'FvFile'
    case node.firmwareVolume:
      return body.length === 16 ? `Fv(${guidText(body)})` : 'Fv'
    case node.vendorMedia:
      return body.length >= 16 ? `VenMedia(${guidText(body.subarray(0, 16))})` : 'VenMedia'
    case node.pci:
      return `Pci(${body[1] ?? 0},${body[0] ?? 0})`
    default:
      return ''
  }
}
