import { concat } from '../../../../core/bytes/index.ts'

/** A section of a PE image to be built. */
export interface GivenSection {
  readonly name: string
  readonly content: Uint8Array | string
  /** As in memory; as long as the content by default. */
  readonly virtualSize?: number
}

export interface GivenImage {
  readonly sections: readonly GivenSection[]
  readonly certificates?: Uint8Array
  readonly magic?: 0x10b | 0x20b
  /** Entries of the data directory; 16 by default. */
  readonly directories?: number
  readonly checksum?: number
  readonly trailing?: Uint8Array
}

const alignment = 512
const aligned = (size: number): number => Math.ceil(size / alignment) * alignment

/** Where the fields of the images built here stand. */
export const peField = {
  peOffset: 0x3c,
  signature: 0x40,
  sections: 0x46,
  symbols: 0x4c,
  optionalSize: 0x54,
  magic: 0x58,
  headersSize: 0x94,
  checksum: 0x98,
} as const

/** A PE image as a linker would lay it out: headers, sections at multiples of 512, certificates last. */
export function peImage(given: GivenImage): Uint8Array {
  const { sections, certificates = new Uint8Array(), magic = 0x20b, directories = 16 } = given
  const { names, table } = sectionNames(sections)
  const trailing = concat(table, given.trailing ?? new Uint8Array())
  const directoryOffset = magic === 0x20b ? 108 : 92
  const optionalSize = directoryOffset + 4 + 8 * directories
  const headersSize = aligned(peField.magic + optionalSize + 40 * sections.length)
  const headers = new Uint8Array(headersSize)
  const view = new DataView(headers.buffer)
  view.setUint16(0, 0x5a4d, true)
  view.setUint32(peField.peOffset, peField.signature, true)
  view.setUint32(peField.signature, 0x4550, true)
  view.setUint16(peField.sections, sections.length, true)
  view.setUint16(peField.optionalSize, optionalSize, true)
  view.setUint16(peField.magic, magic, true)
  view.setUint32(peField.headersSize, headersSize, true)
  view.setUint32(peField.checksum, given.checksum ?? 0, true)
  view.setUint32(peField.magic + directoryOffset, directories, true)

  const parts: Uint8Array[] = [headers]
  let offset = headersSize
  sections.forEach(({ content, virtualSize }, i) => {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
    const raw = new Uint8Array(aligned(bytes.length))
    raw.set(bytes)
    const at = peField.magic + optionalSize + 40 * i
    headers.set(new TextEncoder().encode(names[i]), at)
    view.setUint32(at + 8, virtualSize ?? bytes.length, true)
    view.setUint32(at + 16, raw.length, true)
    view.setUint32(at + 20, raw.length === 0 ? 0 : offset, true)
    parts.push(raw)
    offset += raw.length
  })
  if (table.length > 0) view.setUint32(peField.symbols, offset, true)
  if (directories > 4 && certificates.length > 0) {
    const entry = peField.magic + directoryOffset + 4 + 8 * 4
    view.setUint32(entry, offset + trailing.length, true)
    view.setUint32(entry + 4, certificates.length, true)
  }
  return concat(...parts, trailing, certificates)
}

/** Names as sections hold them; longer ones stand in a table behind the sections. */
function sectionNames(sections: readonly GivenSection[]): {
  readonly names: readonly string[]
  readonly table: Uint8Array
} {
  let table = ''
  const names = sections.map(({ name }) => {
    if (name.length <= 8) return name
    table += `${name}\0`
    return `/${4 + table.length - name.length - 1}`
  })
  return { names, table: table === '' ? new Uint8Array() : concat(new Uint8Array(4), new TextEncoder().encode(table)) }
}

/** A kernel that is a PE image and nothing else. */
export const smallKernel = peImage({ sections: [{ name: '.text', content: 'kernel' }] })

/** A unified kernel image with systemd-stub of the version. */
export function ukiImage(sections: readonly GivenSection[], version = '252.39-1~deb12u2'): Uint8Array {
  const magic = { name: '.sdmagic', content: `#### LoaderInfo: systemd-stub ${version} ####` }
  return peImage({
    sections: [{ name: '.text', content: 'stub' }, { name: '.sbat', content: 'sbat,1' }, magic, ...sections],
  })
}

/** A PE image with an x86 setup header of boot protocol 2.15 in a section of its own, as Linux has it. */
export const bzImage = withSetupHeader(peImage({ sections: [{ name: '.setup', content: new Uint8Array(512) }] }))

function withSetupHeader(image: Uint8Array): Uint8Array {
  const padded = image.length < 1024 ? concat(image, new Uint8Array(1024 - image.length)) : image.slice()
  const view = new DataView(padded.buffer)
  view.setUint32(0x202, 0x5372_6448, true)
  view.setUint16(0x206, 0x020f, true)
  view.setUint8(0x211, 0x01)
  view.setUint32(0x22c, 0x7fff_ffff, true)
  view.setUint16(0x236, 0x007f, true)
  return padded
}
