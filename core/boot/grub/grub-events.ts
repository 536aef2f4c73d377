import { WireError } from '../../bytes/index.ts'
import { type BootEvent } from '../boot-event.ts'
import { type PeImage } from '../pe-image.ts'
import { grubCommands } from './commands.ts'
import { GrubDisk, type GrubFileSystem } from './disk.ts'
import { parseGrubImage } from './grub-image.ts'
import { GrubRun } from './interpreter.ts'

/** Where GRUB finds itself. */
export interface GrubSurroundings {
  /** The device that it was loaded from, as it names it: `hd0,gpt1`. */
  readonly device: string
  /** The folder that it was loaded from: `/EFI/BOOT`. */
  readonly folder: string
  /** All files that it may look for, by name. */
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly fileSystems: readonly GrubFileSystem[]
  readonly secureBoot: boolean
}

/** Variables by which scripts ask what GRUB can do (grub-core/normal/main.c). */
const features = [
  'chainloader_bpb',
  'ntldr',
  'platform_search_hint',
  'default_font_path',
  'all_video_module',
  'menuentry_id',
  'menuentry_options',
  '200_final',
  'nativedisk_cmd',
  'timeout_style',
] as const

/**
 * What GRUB measures from its first command to the kernel's start: commands and the kernel's command line (PCR 8), files (PCR 9), and under Secure
 * Boot the kernel (PCR 4).
 * @throws WireError if a script is malformed, does what is not predicted, or starts no kernel.
 */
export function grubEvents(image: PeImage, surroundings: GrubSurroundings): readonly BootEvent[] {
  const { configuration, prefix } = parseGrubImage(image)
  const { device, folder, files, fileSystems, secureBoot } = surroundings
  const grub = new GrubRun({
    disk: new GrubDisk(device, files, fileSystems),
    commands: grubCommands,
    secureBoot,
    variables: new Map([
      ['prefix', `(${device})${prefix}`],
      ['root', device],
      ['cmdpath', `(${device})${folder}`],
      ['grub_cpu', 'x86_64'],
      ['grub_platform', 'efi'],
      ...features.map((name) => [`feature_${name}`, 'y'] as const),
      ...(secureBoot
        ? ([
            ['lockdown', 'y'],
            ['shim_lock', 'y'],
          ] as const)
        : []),
    ]),
  })
  grub.runConfiguration('(memdisk)/grub.cfg', configuration)
  if (!grub.hasBooted) throw new WireError('its configuration starts no kernel')
  return grub.events
}
