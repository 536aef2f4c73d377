import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cpioArchive, folderMode, linkMode, programMode } from './cpio.ts'
import { parts } from './packages.ts'

/** Writes the system that every guest runs: a shell and test/vm/init. */
export async function writeInitramfs(path: string): Promise<void> {
  const folders = ['bin', 'dev', 'proc', 'sys'].map((name) => ({ name, mode: folderMode, content: new Uint8Array() }))
  const archive = cpioArchive([
    ...folders,
    { name: 'bin/busybox', mode: programMode, content: await readFile(parts.busybox()) },
    { name: 'bin/sh', mode: linkMode, content: Buffer.from('busybox') },
    { name: 'init', mode: programMode, content: await readFile(join(import.meta.dirname, 'init')) },
  ])
  await writeFile(path, archive)
}
