import { Reader, WireError } from '../../bytes/index.ts'
import { type PeImage, sectionContent } from '../pe-image.ts'
import { fatFile } from './fat-file.ts'

/** What an image of grub-mkimage holds besides modules (include/grub/kernel.h of GRUB). */
export interface GrubImage {
  /** The script that it runs first. */
  readonly configuration: Uint8Array
  /** Where it looks for its files, without a device. */
  readonly prefix: string
}

const modulesMagic = 0x676d_696d
const headerBytes = 24
const objectHeaderBytes = 8
const objectKind = { memdisk: 1, configuration: 2, prefix: 3 } as const
/** How the images that distributions sign begin. */
const memdiskConfiguration = { command: 'normal (memdisk)/grub.cfg', shortName: 'GRUB    CFG' } as const
/** What it measures is known of this version. */
const knownVersion = '2.06'

/**
 * Reads what an EFI image of GRUB brings along.
 * @throws WireError if it is none, of a version whose measurements are not known, or begins in another way than by a script of its own.
 */
export function parseGrubImage(image: PeImage): GrubImage {
  requireKnownVersion(image)
  const objects = parseObjects(contentOf(image, 'mods'))
  const first = textOf(objects.get(objectKind.configuration))
  const prefix = textOf(objects.get(objectKind.prefix))
  const configuration = fatFile(objects.get(objectKind.memdisk) ?? new Uint8Array(), memdiskConfiguration.shortName)
  if (first.trim() !== memdiskConfiguration.command || configuration === undefined) {
    throw new WireError('brings no configuration in a disk of its own', ['mods'])
  }
  if (!prefix.startsWith('/')) throw new WireError(`its prefix ${prefix} names a device`, ['mods'])
  return { configuration, prefix }
}

function parseObjects(section: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const from = new Reader(section)
  if (from.u32(true) !== modulesMagic) throw new WireError('no modules of GRUB', ['mods'])
  from.u32(true)
  const offset = Number(from.u64(true))
  const end = Number(from.u64(true))
  if (offset < headerBytes || end > section.length) throw new WireError('sizes do not fit', ['mods'])

  const objects = new Map<number, Uint8Array>()
  from.seek(offset)
  while (from.offset < end) {
    const kind = from.u32(true)
    const size = from.u32(true)
    if (size < objectHeaderBytes) throw new WireError('sizes do not fit', ['mods'])
    objects.set(kind, from.view(size - objectHeaderBytes))
  }
  return objects
}

/** `grub,4,Free Software Foundation,grub,2.06,https://…` (SBAT.md of shim). */
function requireKnownVersion(image: PeImage): void {
  const lines = new TextDecoder('latin1').decode(contentOf(image, '.sbat')).split('\n')
  const version = lines.find((line) => line.startsWith('grub,'))?.split(',')[4]
  if (version === undefined) throw new WireError('names no version of GRUB', ['.sbat'])
  if (version !== knownVersion) throw new WireError(`what GRUB ${version} measures is not known`, ['.sbat'])
}

function contentOf(image: PeImage, name: string): Uint8Array {
  const section = image.sections.find((each) => each.name === name)
  if (section === undefined) throw new WireError('no image of GRUB', [name])
  return sectionContent(image, section)
}

function textOf(object: Uint8Array | undefined): string {
  const [text = ''] = new TextDecoder('latin1').decode(object).split('\0', 1)
  return text
}
