const initialBytes = 256

/** Writes integers and byte strings one after the other. */
export class Writer {
  #bytes = new Uint8Array(initialBytes)
  #view = new DataView(this.#bytes.buffer)
  #size = 0

  /** How many bytes are written. */
  get size(): number {
    return this.#size
  }

  u8(value: number): this {
    const at = this.#grow(1)
    this.#view.setUint8(at, value)
    return this
  }
  u16(value: number, littleEndian = false): this {
    const at = this.#grow(2)
    this.#view.setUint16(at, value, littleEndian)
    return this
  }
  u32(value: number, littleEndian = false): this {
    const at = this.#grow(4)
    this.#view.setUint32(at, value, littleEndian)
    return this
  }
  u64(value: bigint, littleEndian = false): this {
    const at = this.#grow(8)
    this.#view.setBigUint64(at, value, littleEndian)
    return this
  }
  bytes(value: Uint8Array): this {
    const at = this.#grow(value.length)
    this.#bytes.set(value, at)
    return this
  }

  /** Writes a UINT16 over what stands at `offset` (a size that is known only afterwards). */
  patchU16(offset: number, value: number): void {
    this.#view.setUint16(offset, value)
  }
  /** Writes a UINT32 over what stands at `offset`. */
  patchU32(offset: number, value: number): void {
    this.#view.setUint32(offset, value)
  }

  /** A copy of what was written; the working buffer, which may hold secrets, is cleared and the writer starts anew. */
  done(): Uint8Array {
    const whole = this.#bytes.slice(0, this.#size)
    this.#bytes.fill(0, 0, this.#size)
    this.#size = 0
    return whole
  }

  #grow(size: number): number {
    const at = this.#size
    const needed = at + size
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length))
      larger.set(this.#bytes)
      this.#bytes.fill(0)
      this.#bytes = larger
      this.#view = new DataView(larger.buffer)
    }
    this.#size = needed
    return at
  }
}
