import { concat } from '../../core/bytes/index.ts'
import { maxMessageBytes } from './virtual-tpm.ts'

/** tag (2), commandSize or responseSize (4), commandCode or responseCode (4): Part 1, 18. */
export const headerBytes = 10
const sizeOffset = 2

/**
 * Cuts a stream into TPM commands or responses by the size in their header.
 * A message whose size cannot be is handed out as its header alone, and nothing after it: the stream has no
 * boundaries any more.
 */
export class MessageSplitter {
  #buffered: Uint8Array = new Uint8Array(0)
  #lost = false

  /** The stream has no boundaries any more. */
  get lost(): boolean {
    return this.#lost
  }

  /** Whether part of a message waits for its rest. */
  get waiting(): boolean {
    return this.#buffered.length > 0
  }

  /** Adds what arrived. */
  push(chunk: Uint8Array): void {
    if (!this.#lost) this.#buffered = concat(this.#buffered, chunk)
  }

  /** The next whole message, or undefined where its end has not arrived. */
  next(): Uint8Array | undefined {
    if (this.#lost || this.#buffered.length < headerBytes) return undefined
    const view = new DataView(this.#buffered.buffer, this.#buffered.byteOffset)
    const size = view.getUint32(sizeOffset)
    if (size < headerBytes || size > maxMessageBytes) {
      this.#lost = true
      return this.#take(headerBytes)
    }
    return this.#buffered.length < size ? undefined : this.#take(size)
  }

  #take(size: number): Uint8Array {
    const message = this.#buffered.slice(0, size)
    this.#buffered = this.#lost ? new Uint8Array(0) : this.#buffered.subarray(size)
    return message
  }
}
