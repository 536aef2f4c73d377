import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'

/** The few things durable files are made of; a test breaks each of them in turn. */
export interface Disk {
  /** The file's bytes, or undefined where there is none. */
  read(path: string): Uint8Array | undefined
  /** Writes a new or truncated file of this mode and returns when its bytes are durable. */
  write(path: string, bytes: Uint8Array, mode: number): void
  rename(from: string, to: string): void
  /** Returns when the names in the folder are durable. */
  syncFolder(path: string): void
}

function descriptor<T>(path: string, flags: string, mode: number | undefined, use: (fd: number) => T): T {
  const fd = openSync(path, flags, mode)
  try {
    return use(fd)
  } finally {
    closeSync(fd)
  }
}

/** The machine's own disk. */
export const localDisk: Disk = {
  read(path) {
    try {
      const bytes = readFileSync(path)
      const copy = Uint8Array.from(bytes)
      bytes.fill(0)
      return copy
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw cause
    }
  },
  write(path, bytes, mode) {
    descriptor(path, 'w', mode, (fd) => {
      for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at)
      fsyncSync(fd)
    })
  },
  rename: renameSync,
  syncFolder(path) {
    descriptor(path, 'r', undefined, fsyncSync)
  },
}
