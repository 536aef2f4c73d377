import { WireError } from '../bytes/index.ts'
import { authenticodeParts } from './authenticode.ts'
import { parsePeImage, sectionContent } from './pe-image.ts'

/** IMAGE_DOS_SIGNATURE: what every PE image begins with. */
const dosSignature = [0x4d, 0x5a] as const

/**
 * What digests of a file cover, in parts: the file as it is, as loaders and the stub measure it, and, of a PE image, what firmware
 * measures when it starts it (its Authenticode digest).
 * @throws WireError if it begins as a PE image and is none.
 */
export function measuredForms(bytes: Uint8Array): readonly (readonly Uint8Array[])[] {
  const isImage = dosSignature.every((byte, at) => bytes[at] === byte)
  return isImage ? [[bytes], authenticodeParts(parsePeImage(bytes))] : [[bytes]]
}

/**
 * A section of a PE image, as systemd-stub measures it.
 * @throws WireError if the file is no PE image, or has no such section or more than one.
 */
export function sectionOf(bytes: Uint8Array, name: string): Uint8Array {
  const image = parsePeImage(bytes)
  const [section, ...more] = image.sections.filter((one) => one.name === name)
  if (section === undefined) throw new WireError('does not stand in the image', [name])
  if (more.length > 0) throw new WireError('stands twice', [name])
  return sectionContent(image, section)
}
