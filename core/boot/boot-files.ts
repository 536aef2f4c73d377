import { WireError } from '../bytes/index.ts'
import { BootFileError } from './boot-file-error.ts'

/** A file that a description names, and how many bytes of its start are needed at most. */
export interface NeededFile {
  readonly path: string
  readonly limitBytes: number
  /** Whether a longer file is cut instead of refused: of a disk only the partition table is read. */
  readonly startOnly: boolean
}

/** The contents of the files that a description names, by the name it gives them. */
export type BootFiles = ReadonlyMap<string, Uint8Array>

/** A file that was read. */
export function contentOf(files: BootFiles, path: string): Uint8Array {
  const content = files.get(path)
  if (content === undefined) throw new TypeError(`${path} was not read`)
  return content
}

/**
 * Names the file of a failure inside.
 * @throws BootFileError
 */
export function inFile<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof WireError) throw new BootFileError(path, error.message, { cause: error })
    throw error
  }
}
