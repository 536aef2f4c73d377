import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type EspFiles, writeBootDisk } from './boot-disk.ts'
import { writeInitramfs } from './initramfs.ts'
import { buildFolder, parts } from './packages.ts'
import { sign } from './signing.ts'
import { writeUki } from './uki.ts'

/** How a guest gets from its firmware to its kernel. */
export const bootKinds = ['kernel', 'uki', 'signed-uki', 'systemd-boot', 'signed-systemd-boot', 'shim-grub'] as const
export type BootKind = (typeof bootKinds)[number]

/** What all guests pass to their kernel. */
export const commandLine = 'console=ttyS0 panic=-1 quiet'

/** Where GRUB looks for its configuration follows from who built it. */
const grubFolders = ['/EFI/debian', '/EFI/ubuntu'] as const
export const grubConfiguration = `set timeout=0
linux /vmlinuz ${commandLine}
initrd /initrd.img
boot
`
const loaderConfiguration = 'timeout 0\n'

/** The files of a kind: a disk, or what QEMU hands over. */
export interface BootMedia {
  readonly folder: string
  readonly kernel: string
  readonly initrd: string
  /** Undefined where QEMU hands the kernel over. */
  readonly disk: string | undefined
}

/** What lies on the disk of each kind; `at` names a file that was built. */
const espOf: Readonly<Record<Exclude<BootKind, 'kernel'>, (at: (name: string) => string) => EspFiles>> = {
  uki: (at) => ({ '/EFI/BOOT/BOOTX64.EFI': { from: at('linux.efi') } }),
  'signed-uki': (at) => ({ '/EFI/BOOT/BOOTX64.EFI': { from: at('linux.signed.efi') } }),
  'systemd-boot': (at) => ({
    '/EFI/BOOT/BOOTX64.EFI': { from: parts.systemdBoot() },
    '/EFI/Linux/linux.efi': { from: at('linux.efi') },
    '/loader/loader.conf': { text: loaderConfiguration },
  }),
  'signed-systemd-boot': (at) => ({
    '/EFI/BOOT/BOOTX64.EFI': { from: at('systemd-boot.signed.efi') },
    '/EFI/Linux/linux.efi': { from: at('linux.signed.efi') },
    '/loader/loader.conf': { text: loaderConfiguration },
  }),
  'shim-grub': (at) => ({
    '/EFI/BOOT/BOOTX64.EFI': { from: parts.shim() },
    '/EFI/BOOT/grubx64.efi': { from: parts.grub() },
    ...Object.fromEntries(grubFolders.map((folder) => [`${folder}/grub.cfg`, { text: grubConfiguration }])),
    '/vmlinuz': { from: parts.kernel() },
    '/initrd.img': { from: at('initrd.img') },
  }),
}

/** Builds a kind's files, or finds those of an earlier run that were built of the same things by the same code. */
export async function bootMedia(kind: BootKind): Promise<BootMedia> {
  const folder = join(buildFolder, fingerprint())
  await oldBuildsRemoved(folder)
  const at = (name: string): string => join(folder, name)
  if (!existsSync(at('initrd.img'))) await whole(at('initrd.img'), writeInitramfs)
  const media = { folder, kernel: parts.kernel(), initrd: at('initrd.img') }
  if (kind === 'kernel') return { ...media, disk: undefined }

  const disk = at(`${kind}.disk`)
  if (!existsSync(disk)) {
    await buildLoaders(at)
    await whole(disk, (path) => writeBootDisk(path, folder, espOf[kind](at)))
  }
  return { ...media, disk }
}

async function buildLoaders(at: (name: string) => string): Promise<void> {
  if (existsSync(at('systemd-boot.signed.efi'))) return
  await writeUki(at('linux.efi'), at('.'), { initrd: at('initrd.img'), commandLine })
  await sign(at('linux.efi'), at('linux.signed.efi'))
  await whole(at('systemd-boot.signed.efi'), (path) => sign(parts.systemdBoot(), path))
}

/** A file appears under its name only when it is whole. */
async function whole(path: string, write: (path: string) => Promise<void>): Promise<void> {
  await write(`${path}.part`)
  await rename(`${path}.part`, path)
}

/** Changes with the packages and with this folder's code. */
function fingerprint(): string {
  const hash = createHash('sha256')
  const code = readdirSync(import.meta.dirname).toSorted()
  for (const name of code) hash.update(name).update(readFileSync(join(import.meta.dirname, name)))
  const packages = [parts.kernel(), parts.busybox(), parts.stub(), parts.systemdBoot(), parts.shim(), parts.grub()]
  for (const path of packages) hash.update(path).update(readFileSync(path))
  return hash.digest('hex').slice(0, 16)
}

async function oldBuildsRemoved(current: string): Promise<void> {
  if (existsSync(current)) return
  await rm(buildFolder, { recursive: true, force: true })
  await mkdir(current, { recursive: true })
  await writeFile(join(buildFolder, 'README'), 'Built by test/vm; may be removed at any time.\n')
}
