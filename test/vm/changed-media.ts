import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type EspFiles, writeBootDisk } from './boot-disk.ts'
import { commandLine, espOf } from './boot-kinds.ts'
import { type BootMedia } from './boot-media.ts'
import { cpioArchive, programMode } from './cpio.ts'
import { sign } from './signing.ts'
import { writeUki } from './uki.ts'

/** What somebody changes about a signed unified kernel image, before he signs it again by a key that the firmware trusts. */
export interface Change {
  /** The kernel is told this besides. */
  readonly parameter?: string
  /** The initramfs holds this file besides. */
  readonly addedFile?: string
}

/** The media of a signed systemd-boot whose unified kernel image was changed. */
export async function changedMedia(media: BootMedia, folder: string, change: Change): Promise<BootMedia> {
  await mkdir(folder, { recursive: true })
  const at = (name: string): string => join(folder, name)
  await copyFile(media.initrd, at('initrd.img'))
  if (change.addedFile !== undefined) await addToArchive(at('initrd.img'), change.addedFile)
  const told = change.parameter === undefined ? commandLine : `${commandLine} ${change.parameter}`
  await writeUki(at('linux.efi'), folder, { initrd: at('initrd.img'), commandLine: told })
  await sign(at('linux.efi'), at('linux.signed.efi'), folder)
  await copyFile(join(media.folder, 'systemd-boot.signed.efi'), at('systemd-boot.signed.efi'))
  return diskOf({ ...media, folder, initrd: at('initrd.img') }, espOf['signed-systemd-boot'](at))
}

/** The same media with another disk. */
export async function diskOf(media: BootMedia, files: EspFiles): Promise<BootMedia> {
  const disk = join(media.folder, 'changed.disk')
  await writeBootDisk(disk, media.folder, files)
  return { ...media, disk }
}

/** The kernel unpacks one archive behind the other. */
async function addToArchive(path: string, name: string): Promise<void> {
  const added = cpioArchive([{ name, mode: programMode, content: new TextEncoder().encode('#!/bin/sh\n') }])
  const archive = await readFile(path)
  const padding = new Uint8Array((512 - (archive.length % 512)) % 512)
  await writeFile(path, Buffer.concat([archive, padding, added]))
}
