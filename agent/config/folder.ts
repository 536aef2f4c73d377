import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { WireError } from '../../core/bytes/index.ts'

/** Refused before anything is allocated for it: nothing kept beside the TPM's state comes near. */
const maxFileBytes = 1 << 20
const privateFile = 0o600
const privateFolder = 0o700

/** Named files that survive a crash whole: old or new, never half. */
export interface Folder {
  /** Where the file of that name lies. */
  pathOf(name: string): string
  /** Whether there is a file of that name. */
  has(name: string): boolean
  /**
   * The whole file, or undefined where there is none.
   * @throws WireError if it is longer than any file there is.
   */
  read(name: string): Uint8Array | undefined
  /** Writes a file of mode 0600 anew; when it returns, the new contents are on the disk. */
  replace(name: string, contents: Uint8Array): void
  /** Removes a file, durably; none there is fine. */
  remove(name: string): void
  /** A folder inside this one, made when it is not there. */
  inner(name: string): Folder
  /** Moves a file of an inner folder here, over a file of the same name, durably. */
  takeFrom(inner: Folder, name: string): void
  /** Removes an inner folder with all it holds, durably. */
  removeInner(name: string): void
}

/** A folder on a disk, of mode 0700. */
export class DiskFolder implements Folder {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
    if (mkdirSync(path, { recursive: true, mode: privateFolder }) !== undefined) syncFolder(dirname(path))
  }

  pathOf(name: string): string {
    return join(this.#path, name)
  }

  has(name: string): boolean {
    return existsSync(this.pathOf(name))
  }

  read(name: string): Uint8Array | undefined {
    return readWhole(this.pathOf(name))
  }

  replace(name: string, contents: Uint8Array): void {
    const path = this.pathOf(name)
    const fresh = `${path}.new`
    writeSynced(fresh, contents)
    renameSync(fresh, path)
    syncFolder(this.#path)
  }

  remove(name: string): void {
    rmSync(this.pathOf(name), { force: true })
    syncFolder(this.#path)
  }

  inner(name: string): Folder {
    return new DiskFolder(this.pathOf(name))
  }

  takeFrom(inner: Folder, name: string): void {
    renameSync(inner.pathOf(name), this.pathOf(name))
    syncFolder(this.#path)
    syncFolder(dirname(inner.pathOf(name)))
  }

  removeInner(name: string): void {
    rmSync(this.pathOf(name), { recursive: true, force: true })
    syncFolder(this.#path)
  }
}

function readWhole(path: string): Uint8Array | undefined {
  const file = openOrAbsent(path)
  if (file === undefined) return undefined
  try {
    const { size } = fstatSync(file)
    if (size > maxFileBytes) throw new WireError(`${size} bytes, more than any file of a machine has`, [path])
    const contents = new Uint8Array(size)
    const got = readSync(file, contents, 0, size, 0)
    return contents.subarray(0, got)
  } finally {
    closeSync(file)
  }
}

function openOrAbsent(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function writeSynced(path: string, contents: Uint8Array): void {
  // A leftover of a crash may have another mode.
  rmSync(path, { force: true })
  const file = openSync(path, 'wx', privateFile)
  try {
    for (let written = 0; written < contents.length;) written += writeSync(file, contents, written)
    fsyncSync(file)
  } catch (error) {
    // Of a full disk the system says no more than that.
    throw Object.assign(error as NodeJS.ErrnoException, { path })
  } finally {
    closeSync(file)
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
