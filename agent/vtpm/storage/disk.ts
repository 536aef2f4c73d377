import {
  closeSync,
  constants,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

/** An open file of fixed size that is written in place. */
export interface DiskFile {
  readonly sizeBytes: number
  read(offset: number, size: number): Uint8Array
  write(offset: number, bytes: Uint8Array): void
  /** Returns when everything written is durable. */
  sync(): void
  close(): void
}

/** The disk under state files; tests break each of its writes. */
export interface Disk {
  /** Whether anything lies there. */
  has(path: string): boolean
  open(path: string): DiskFile
  /** Makes or replaces a file of mode 0600 so that a crash leaves the old file or the new one. */
  create(path: string, bytes: Uint8Array): void
}

const ownerOnly = 0o600
/** CVE-2020-28407: whoever can put a link in our place must not choose what we write to. */
const inPlace = constants.O_RDWR | constants.O_NOFOLLOW

/** The machine's own disk. */
export const localDisk: Disk = {
  has: existsSync,
  open: (path) => new LocalFile(openSync(path, inPlace)),
  create(path, bytes) {
    const fresh = `${path}.new`
    rmSync(fresh, { force: true })
    const file = new LocalFile(openSync(fresh, 'wx', ownerOnly))
    try {
      file.write(0, bytes)
      file.syncAll()
    } finally {
      file.close()
    }
    renameSync(fresh, path)
    syncFolder(dirname(path))
  },
}

/**
 * The machine's own disk, left to write when it likes: a file is made durably, but what is written to it later is lost, or
 * lies there half, if the machine loses power before.
 */
export const unsyncedDisk: Disk = {
  ...localDisk,
  open: (path) => new UnsyncedFile(openSync(path, inPlace)),
}

class LocalFile implements DiskFile {
  readonly #descriptor: number

  constructor(descriptor: number) {
    this.#descriptor = descriptor
  }
  get sizeBytes(): number {
    return fstatSync(this.#descriptor).size
  }
  read(offset: number, size: number): Uint8Array {
    const bytes = new Uint8Array(size)
    let got = 0
    while (got < size) {
      const more = readSync(this.#descriptor, bytes, got, size - got, offset + got)
      if (more === 0) break
      got += more
    }
    return bytes.subarray(0, got)
  }
  write(offset: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) {
      done += writeSync(this.#descriptor, bytes, done, bytes.length - done, offset + done)
    }
  }
  sync(): void {
    fdatasyncSync(this.#descriptor)
  }
  syncAll(): void {
    fsyncSync(this.#descriptor)
  }
  close(): void {
    closeSync(this.#descriptor)
  }
}

class UnsyncedFile extends LocalFile {
  override sync(): void {
    // The system writes when it likes.
  }
}

function syncFolder(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
