import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeBootDisk } from './boot-disk.ts'
import { type BootKind, bootKinds, commandLine, espOf } from './boot-kinds.ts'
import { writeInitramfs } from './initramfs.ts'
import { buildFolder, parts } from './packages.ts'
import { sign } from './signing.ts'
import { writeUki } from './uki.ts'

/** The files of a kind: a disk, or what QEMU hands over. */
export interface BootMedia {
  /** Where the loaders of all kinds were built. */
  readonly folder: string
  readonly kernel: string
  readonly initrd: string
  /** Undefined where QEMU hands the kernel over. */
  readonly disk: string | undefined
}

/** A kind's files: those of an earlier run, if they were built of the same things by the same code. */
export async function bootMedia(kind: BootKind): Promise<BootMedia> {
  const folder = join(buildFolder, fingerprint())
  if (!existsSync(folder)) await build(folder)
  const disk = kind === 'kernel' ? undefined : join(folder, `${kind}.disk`)
  return { folder, kernel: parts.kernel(), initrd: join(folder, 'initrd.img'), disk }
}

/** The folder appears under its name only when it is whole, and older ones go. */
async function build(folder: string): Promise<void> {
  const work = `${folder}.${process.pid}`
  const at = (name: string): string => join(work, name)
  await mkdir(work, { recursive: true })
  await writeInitramfs(at('initrd.img'))
  await writeUki(at('linux.efi'), work, { initrd: at('initrd.img'), commandLine })
  await sign(at('linux.efi'), at('linux.signed.efi'), work)
  await sign(parts.systemdBoot(), at('systemd-boot.signed.efi'), work)
  for (const kind of bootKinds) {
    if (kind !== 'kernel') await writeBootDisk(at(`${kind}.disk`), work, espOf[kind](at))
  }
  for (const name of readdirSync(buildFolder)) {
    if (join(buildFolder, name) !== work) await rm(join(buildFolder, name), { recursive: true, force: true })
  }
  await rename(work, folder)
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
