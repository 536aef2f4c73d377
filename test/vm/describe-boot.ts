import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type EspFiles } from './boot-disk.ts'
import { type BootKind, commandLine, espOf } from './boot-kinds.ts'
import { type BootMedia } from './boot-media.ts'

/** What a description says of the firmware, and of the machine that QEMU hands a kernel to. */
export interface DescribedMachine {
  readonly firmware: Readonly<Record<string, unknown>>
  readonly memoryMiB: number
}

/** Where GRUB finds its kernel and configuration, as test/vm/boot-disk.ts formats the partition. */
const grubFileSystems = [{ device: 'hd0,gpt1', uuid: '0B00-7A7C' }]

/** Writes the boot description (docs/boot-description.md) of a guest, and the files that it names, to a folder. */
export async function writeDescription(
  folder: string,
  kind: BootKind,
  media: BootMedia,
  machine: DescribedMachine,
): Promise<string> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'boot.yaml')
  const boot = await described(folder, kind, media, machine)
  await writeFile(path, JSON.stringify({ kind: 'BootDescription', firmware: machine.firmware, ...boot }))
  return path
}

async function described(
  folder: string,
  kind: BootKind,
  { kernel, initrd, folder: built }: BootMedia,
  { memoryMiB }: DescribedMachine,
): Promise<Readonly<Record<string, unknown>>> {
  if (kind === 'kernel') return { kernel: { image: kernel, commandLine, initrd: [initrd], qemu: { memoryMiB } } }
  const files = await named(
    folder,
    espOf[kind]((name) => join(built, name)),
  )
  const first = { image: files['/EFI/BOOT/BOOTX64.EFI'] }
  switch (kind) {
    case 'uki':
    case 'signed-uki':
      return { uki: first }
    case 'systemd-boot':
    case 'signed-systemd-boot':
      return { systemdBoot: first, uki: { image: files['/EFI/Linux/linux.efi'] } }
    case 'shim-grub':
      return { shim: first, grub: { image: files['/EFI/BOOT/grubx64.efi'], fileSystems: grubFileSystems, files } }
  }
}

/** Where each file of a partition lies on the host. */
async function named(folder: string, files: EspFiles): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {}
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name.slice(1).replaceAll('/', '-'))
    if ('text' in content) await writeFile(path, content.text)
    found[name] = 'from' in content ? content.from : path
  }
  return found
}
