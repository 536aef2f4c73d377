import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { DiskFolder, holdFolder, NotEnrolled, type Folder } from '../config/index.ts'

export const defaultState = '/var/lib/bootlatch/agent'

export const random = (size: number): Uint8Array => Uint8Array.from(randomBytes(size))

/** Works on an enrolled machine's state folder, which nobody else works on meanwhile. @throws NotEnrolled, FolderInUse */
export async function withState<Result>(path: string, work: (files: Folder) => Promise<Result>): Promise<Result> {
  if (!existsSync(path))
    throw new NotEnrolled(`${path} is not there: the machine is not enrolled (bootlatch-agent enrol)`)
  return await withNewState(path, work)
}

/** The same, and makes the folder where it is not there. @throws FolderInUse */
export async function withNewState<Result>(path: string, work: (files: Folder) => Promise<Result>): Promise<Result> {
  const files = new DiskFolder(path)
  const hold = await holdFolder(path)
  try {
    return await work(files)
  } finally {
    await hold.release()
  }
}
