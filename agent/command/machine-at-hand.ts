import { randomBytes } from 'node:crypto'
import { DiskFolder, holdFolder, type Folder } from '../config/index.ts'

export const defaultState = '/var/lib/bootlatch/agent'

export const random = (size: number): Uint8Array => Uint8Array.from(randomBytes(size))

/** Works on a machine's state folder, which nobody else works on meanwhile. @throws FolderInUse */
export async function withState<Result>(path: string, work: (files: Folder) => Promise<Result>): Promise<Result> {
  const files = new DiskFolder(path)
  const hold = await holdFolder(path)
  try {
    return await work(files)
  } finally {
    await hold.release()
  }
}
