import { Reader, WireError } from '../bytes/index.ts'

/** A section of a PE image (PE format, section table). */
export interface PeSection {
  readonly name: string
  readonly virtualSize: number
  readonly rawSize: number
  readonly rawOffset: number
}

/** What of a PE image's headers measuring needs. Offsets are in the file. */
export interface PeImage {
  readonly bytes: Uint8Array
  readonly headersSize: number
  readonly checksumOffset: number
  /** Where the data directory names the attribute certificate table; undefined if the directory is too short to. */
  readonly certificateEntryOffset: number | undefined
  readonly certificateTableSize: number
  readonly sections: readonly PeSection[]
}

const mzMagic = 0x5a4d
const peMagic = 0x0000_4550
const peOffsetOffset = 0x3c
const coffHeaderSize = 20
const sectionHeaderSize = 40
const symbolSize = 18
const longestName = 64
/** The Windows loader's limit; firmware's is no higher. */
const maxSections = 96
const certificateTableIndex = 4

/** Where the optional header of each magic keeps its data directory; all other fields that we read stand at one place. */
const directoryOffsets: ReadonlyMap<number, number> = new Map([
  [0x10b, 92],
  [0x20b, 108],
])
const checksumField = 64
const headersSizeField = 60

/**
 * Reads the headers of a PE image.
 * @throws WireError if they are malformed or point outside the file.
 */
export function parsePeImage(bytes: Uint8Array): PeImage {
  const from = new Reader(bytes)
  if (from.left < peOffsetOffset + 4 || from.u16(true) !== mzMagic) throw new WireError('no PE image', ['dosHeader'])
  const peOffset = u32At(bytes, peOffsetOffset)
  if (u32At(bytes, peOffset) !== peMagic) throw new WireError('no PE image', ['signature'])

  const coffOffset = peOffset + 4
  const sectionCount = u16At(bytes, coffOffset + 2)
  const optionalSize = u16At(bytes, coffOffset + 16)
  const optionalOffset = coffOffset + coffHeaderSize
  if (sectionCount > maxSections) throw new WireError(`${sectionCount}`, ['numberOfSections'])

  const namesOffset = u32At(bytes, coffOffset + 8) + symbolSize * u32At(bytes, coffOffset + 12)
  const headersSize = u32At(bytes, optionalOffset + headersSizeField)
  const sectionsEnd = optionalOffset + optionalSize + sectionCount * sectionHeaderSize
  if (headersSize < sectionsEnd || headersSize > bytes.length) throw new WireError(`${headersSize}`, ['sizeOfHeaders'])
  return {
    bytes,
    headersSize,
    checksumOffset: optionalOffset + checksumField,
    ...parseCertificateEntry(bytes, optionalOffset, optionalSize),
    sections: Array.from({ length: sectionCount }, (_, i) =>
      parseSection(bytes, optionalOffset + optionalSize + i * sectionHeaderSize, i, namesOffset),
    ),
  }
}

function parseCertificateEntry(
  bytes: Uint8Array,
  optionalOffset: number,
  optionalSize: number,
): Pick<PeImage, 'certificateEntryOffset' | 'certificateTableSize'> {
  const directoryOffset = directoryOffsets.get(u16At(bytes, optionalOffset))
  if (directoryOffset === undefined || directoryOffset > optionalSize)
    throw new WireError('unknown', ['optionalHeader', 'magic'])
  const entries = u32At(bytes, optionalOffset + directoryOffset)
  if (directoryOffset + 4 + 8 * entries > optionalSize) throw new WireError(`${entries}`, ['numberOfRvaAndSizes'])
  if (entries <= certificateTableIndex) return { certificateEntryOffset: undefined, certificateTableSize: 0 }

  const certificateEntryOffset = optionalOffset + directoryOffset + 4 + 8 * certificateTableIndex
  const offset = u32At(bytes, certificateEntryOffset)
  const certificateTableSize = u32At(bytes, certificateEntryOffset + 4)
  if (certificateTableSize > 0 && offset + certificateTableSize !== bytes.length) {
    throw new WireError('does not end the file', ['certificateTable'])
  }
  return { certificateEntryOffset, certificateTableSize }
}

function parseSection(bytes: Uint8Array, at: number, index: number, namesOffset: number): PeSection {
  const name = longName(bytes, latin1(bytes.subarray(at, at + 8)).replace(/\0+$/, ''), namesOffset)
  const virtualSize = u32At(bytes, at + 8)
  const rawSize = u32At(bytes, at + 16)
  const rawOffset = u32At(bytes, at + 20)
  if (rawSize > 0 && rawOffset + rawSize > bytes.length) throw new WireError('outside the file', ['sections', index])
  return { name, virtualSize, rawSize, rawOffset }
}

/** A name of more than eight characters stands behind the symbols; the section's says where: `/26`. */
function longName(bytes: Uint8Array, name: string, namesOffset: number): string {
  const [, offset] = /^\/(\d+)$/.exec(name) ?? []
  if (offset === undefined) return name
  const [found = ''] = latin1(bytes.subarray(namesOffset).subarray(Number(offset), Number(offset) + longestName)).split(
    '\0',
    1,
  )
  return found === '' ? name : found
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes)
}

/**
 * The bytes of a section as they lie in memory once the image is loaded: VirtualSize bytes, zeros behind what the file has.
 * @throws WireError if the section is larger in memory than the whole file is: only uninitialised data are, and nobody measures those.
 */
export function sectionContent(image: PeImage, section: PeSection): Uint8Array {
  const { name, virtualSize, rawSize, rawOffset } = section
  if (virtualSize > image.bytes.length) throw new WireError(`${virtualSize} bytes in memory`, [name])
  const inFile = image.bytes.subarray(rawOffset, rawOffset + Math.min(rawSize, virtualSize))
  if (inFile.length === virtualSize) return inFile
  const content = new Uint8Array(virtualSize)
  content.set(inFile)
  return content
}

function u16At(bytes: Uint8Array, offset: number): number {
  return readerAt(bytes, offset).u16(true)
}

function u32At(bytes: Uint8Array, offset: number): number {
  return readerAt(bytes, offset).u32(true)
}

function readerAt(bytes: Uint8Array, offset: number): Reader {
  return new Reader(bytes.subarray(Math.min(offset, bytes.length)))
}
