import { concat, Writer } from '../../../../core/bytes/index.ts'
import { type GivenSection, peImage } from './pe-builder.ts'

const sectorBytes = 512
const rootEntries = 16
const text = (content: string): Uint8Array => new TextEncoder().encode(content)

/** A FAT12 volume with one file, its clusters one behind the other. */
export function fatVolume(shortName: string, content: Uint8Array): Uint8Array {
  const clusters = Math.ceil(content.length / sectorBytes)
  const volume = new Uint8Array((1 + 1 + 1 + clusters) * sectorBytes)
  const view = new DataView(volume.buffer)
  view.setUint16(11, sectorBytes, true)
  view.setUint8(13, 1)
  view.setUint16(14, 1, true)
  view.setUint8(16, 1)
  view.setUint16(17, rootEntries, true)
  view.setUint16(19, volume.length / sectorBytes, true)
  view.setUint16(22, 1, true)
  for (let i = 0; i < clusters; i++) {
    const cluster = i + 2
    const next = i + 1 < clusters ? cluster + 1 : 0xfff
    const at = sectorBytes + cluster + (cluster >> 1)
    const pair = view.getUint16(at, true)
    view.setUint16(at, cluster % 2 === 1 ? (pair & 0x000f) | (next << 4) : (pair & 0xf000) | next, true)
  }
  const entry = 2 * sectorBytes
  volume.set(text(shortName), entry)
  view.setUint16(entry + 26, 2, true)
  view.setUint32(entry + 28, content.length, true)
  volume.set(content, 3 * sectorBytes)
  return volume
}

/** What an image of GRUB has; a test replaces what it tests. */
export interface GivenGrub {
  readonly script: string
  readonly version?: string
  readonly first?: string
  readonly prefix?: string
}

/** An image as grub-mkimage makes it, without modules. */
export function grubImage({ script, version = '2.06', first, prefix = '/EFI/debian' }: GivenGrub): Uint8Array {
  const objects = concat(
    grubObject(1, fatVolume('GRUB    CFG', text(script))),
    grubObject(2, text(`${first ?? 'normal (memdisk)/grub.cfg\n'}\0`)),
    grubObject(3, text(`${prefix}\0`)),
  )
  const header = new Writer()
    .u32(0x676d_696d, true)
    .u32(0, true)
    .u64(24n, true)
    .u64(BigInt(24 + objects.length), true)
    .done()
  const sections: GivenSection[] = [
    { name: 'mods', content: concat(header, objects) },
    {
      name: '.sbat',
      content: `sbat,1,SBAT Version\ngrub,4,Free Software Foundation,grub,${version},https://gnu.org\n`,
    },
  ]
  return peImage({ sections })
}

function grubObject(kind: number, content: Uint8Array): Uint8Array {
  return new Writer()
    .u32(kind, true)
    .u32(8 + content.length, true)
    .bytes(content)
    .done()
}
