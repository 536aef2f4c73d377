import { concat } from '../bytes/index.ts'

/** Fields of a cpio entry of the form that systemd-stub writes ("newc", cpio(5)). */
interface Entry {
  readonly name: string
  readonly inode: number
  readonly mode: number
  readonly content: Uint8Array
}

const folder = '.extra'
const folderMode = 0o040555
const fileMode = 0o100444
const alignment = 4
/** The stub's last entry is a constant, and the only one with a capital digit. */
const trailer = new TextEncoder().encode(
  `070701${'0'.repeat(32)}00000001${'0'.repeat(48)}0000000B00000000TRAILER!!!\0\0\0\0`,
)

/**
 * The archive by which systemd-stub passes one file to the initrd, as /.extra/NAME (src/boot/cpio.c, pack_cpio_literal). It is not measured by
 * itself but is part of the initrd that the kernel measures.
 */
export function extraArchive(name: string, content: Uint8Array): Uint8Array {
  return concat(
    entry({ name: folder, inode: 1, mode: folderMode, content: new Uint8Array() }),
    entry({ name: `${folder}/${name}`, inode: 2, mode: fileMode, content }),
    trailer,
  )
}

/** Archives put one behind the other: each is filled up to a multiple of four bytes, one alone is left as it is. */
export function combinedArchives(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  return parts.length < 2 ? parts : parts.flatMap((part) => [part, padding(part.length)])
}

function entry({ name, inode, mode, content }: Entry): Uint8Array {
  const path = new TextEncoder().encode(`${name}\0`)
  const owner = [0, 0]
  const device = [0, 0, 0, 0]
  const links = 1
  const modificationTime = 0
  const checksum = 0
  const fields = [inode, mode, ...owner, links, modificationTime, content.length, ...device, path.length, checksum]
  const header = new TextEncoder().encode(
    `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`,
  )
  return concat(header, path, padding(header.length + path.length), content, padding(content.length))
}

function padding(size: number): Uint8Array {
  return new Uint8Array((alignment - (size % alignment)) % alignment)
}
