import type { Disk, DiskFile } from '../../agent/vtpm/storage/disk.ts'

/** What becomes of the write at which the disk fails: nothing, a part of it, or all of it although it says otherwise. */
export type Failure =
  { readonly kind: 'refused' } | { readonly kind: 'torn'; readonly bytes: number } | { readonly kind: 'unacknowledged' }

export class DiskFailed extends Error {}

/** A whole disk in memory that fails once, at a write chosen beforehand; afterwards it holds what a real one would. */
export class CrashingDisk implements Disk {
  readonly files = new Map<string, Uint8Array>()
  #writesLeft = Infinity
  #failure: Failure = { kind: 'refused' }

  /** Lets `writes` further writes pass; the next one fails. */
  failAfter(writes: number, failure: Failure): void {
    this.#writesLeft = writes
    this.#failure = failure
  }

  has(path: string): boolean {
    return this.files.has(path)
  }

  create(path: string, bytes: Uint8Array): void {
    this.files.set(path, bytes.slice())
  }

  open(path: string): DiskFile {
    const bytes = this.files.get(path)
    if (bytes === undefined) throw new DiskFailed(`no file ${path}`)
    return {
      sizeBytes: bytes.length,
      read: (offset, size) => bytes.slice(offset, offset + size),
      write: (offset, written) => {
        this.#write(bytes, offset, written)
      },
      sync: () => undefined,
      close: () => undefined,
    }
  }

  #write(file: Uint8Array, offset: number, bytes: Uint8Array): void {
    if (this.#writesLeft-- > 0) {
      file.set(bytes, offset)
      return
    }
    this.#writesLeft = Infinity
    switch (this.#failure.kind) {
      case 'refused':
        break
      case 'torn':
        file.set(bytes.subarray(0, this.#failure.bytes), offset)
        break
      case 'unacknowledged':
        file.set(bytes, offset)
        break
    }
    throw new DiskFailed('the disk failed')
  }
}
