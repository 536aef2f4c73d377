import { dirname } from 'node:path'
import type { Disk } from './disk.ts'

/** Only the server's user reads what it keeps. */
const ownerOnly = 0o600

/**
 * Replaces a file so that a crash at any moment leaves the old content or the new, and returns when the new is durable.
 * The one writer of a data folder is the server that holds its lock, so one temporary name is enough.
 */
export function writeDurably(disk: Disk, path: string, bytes: Uint8Array): void {
  const temporary = `${path}.new`
  disk.write(temporary, bytes, ownerOnly)
  disk.rename(temporary, path)
  disk.syncFolder(dirname(path))
}
