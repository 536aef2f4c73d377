/** A file, folder or link of an archive. */
export interface ArchiveEntry {
  readonly name: string
  readonly mode: number
  readonly content: Uint8Array
}

export const folderMode = 0o040755
export const programMode = 0o100755
export const linkMode = 0o120777

const alignment = 4
const headerBytes = 110

/** An archive as the kernel unpacks it ("newc", cpio(5)): the same entries give the same bytes. */
export function cpioArchive(entries: readonly ArchiveEntry[]): Uint8Array {
  const trailer = { name: 'TRAILER!!!', mode: 0, content: new Uint8Array() }
  return new Uint8Array(Buffer.concat([...entries, trailer].flatMap((entry, i) => encoded(entry, i + 1))))
}

function encoded({ name, mode, content }: ArchiveEntry, inode: number): readonly Uint8Array[] {
  const path = Buffer.from(`${name}\0`)
  const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, path.length, 0]
  const header = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`)
  return [header, path, padding(headerBytes + path.length), content, padding(content.length)]
}

function padding(size: number): Uint8Array {
  return new Uint8Array((alignment - (size % alignment)) % alignment)
}
