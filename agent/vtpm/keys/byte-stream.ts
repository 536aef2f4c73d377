import { ALG, kdfa, type Random } from '../../../core/tpm/index.ts'

const blockBytes = 64

/** What the bytes of a stream depend on, and nothing else does. */
export interface StreamOrigin {
  readonly seed: Uint8Array
  readonly label: string
  readonly contextU: Uint8Array
  readonly contextV: Uint8Array
}

/**
 * As many bytes as one asks for: what a primary key is made of, so that the same seed and template give the same key
 * (Part 1, 14.3.2). Bytes that nobody looks at cost nothing.
 */
export class SeededStream {
  readonly #origin: StreamOrigin
  #position = 0
  #block = new Uint8Array(0)
  #blockAt = -1

  constructor(origin: StreamOrigin) {
    this.#origin = origin
  }

  /** How many bytes lie before the next one to be read. */
  get position(): number {
    return this.#position
  }
  set position(position: number) {
    this.#position = position
  }

  /** The next bytes. */
  readonly read: Random = (size) => {
    const out = new Uint8Array(size)
    for (let at = 0; at < size;) {
      const offset = this.#position % blockBytes
      const piece = this.#blockOf(this.#position).subarray(offset, offset + size - at)
      out.set(piece, at)
      at += piece.length
      this.#position += piece.length
    }
    return out
  }

  #blockOf(position: number): Uint8Array {
    const index = Math.floor(position / blockBytes)
    if (index === this.#blockAt) return this.#block
    const { seed, label, contextU, contextV } = this.#origin
    const numbered = new Uint8Array(contextV.length + 4)
    numbered.set(contextV)
    new DataView(numbered.buffer).setUint32(contextV.length, index + 1)
    this.#block.fill(0)
    this.#block = new Uint8Array(kdfa(ALG.sha512, seed, label, contextU, numbered, 8 * blockBytes))
    this.#blockAt = index
    return this.#block
  }
}
