import { readFileSync, rmSync } from 'node:fs'
import { localDisk, type Disk } from './disk.ts'

/** Where the sealed volatile state of a TPM lies between two processes. */
export interface VolatileStore {
  load(): Uint8Array | undefined
  /** Returns when the blob is durable. */
  store(blob: Uint8Array): void
  remove(): void
}

/** A file of mode 0600 that is there or not. */
export class VolatileFile implements VolatileStore {
  readonly #path: string
  readonly #disk: Disk

  constructor(path: string, disk: Disk = localDisk) {
    this.#path = path
    this.#disk = disk
  }

  load(): Uint8Array | undefined {
    try {
      return new Uint8Array(readFileSync(this.#path))
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    }
  }
  store(blob: Uint8Array): void {
    this.#disk.create(this.#path, blob)
  }
  remove(): void {
    rmSync(this.#path, { force: true })
  }
}
