import { WireError } from '../bytes/index.ts'
import { type PeImage } from './pe-image.ts'

/**
 * The parts of a PE image that its Authenticode digest covers, in order: everything but the checksum, the directory's entry of the certificate table and
 * that table itself (Windows Authenticode Portable Executable Signature Format, "Calculating the PE Image Hash"). Firmware measures this digest.
 * @throws WireError if the sections and certificates do not fit into the file.
 */
export function authenticodeParts(image: PeImage): readonly Uint8Array[] {
  const { bytes, headersSize, checksumOffset, certificateEntryOffset, certificateTableSize } = image
  const headers =
    certificateEntryOffset === undefined
      ? [bytes.subarray(0, checksumOffset), bytes.subarray(checksumOffset + 4, headersSize)]
      : [
          bytes.subarray(0, checksumOffset),
          bytes.subarray(checksumOffset + 4, certificateEntryOffset),
          bytes.subarray(certificateEntryOffset + 8, headersSize),
        ]
  const sections = image.sections
    .filter(({ rawSize }) => rawSize > 0)
    .toSorted((left, right) => left.rawOffset - right.rawOffset)
    .map(({ rawOffset, rawSize }) => bytes.subarray(rawOffset, rawOffset + rawSize))

  const hashed = sections.reduce((size, section) => size + section.length, headersSize)
  const end = bytes.length - certificateTableSize
  if (hashed > end) throw new WireError('overlap each other or the certificate table', ['sections'])
  return [...headers, ...sections, bytes.subarray(hashed, end)]
}
