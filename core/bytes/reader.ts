import { cut } from './slab.ts'
import { WireError } from './wire-error.ts'

const nothing = new Uint8Array(0)
const swap16 = (value: number): number => ((value & 0xff) << 8) | (value >> 8)

/** Reads integers and byte strings off the front of a byte string; never past its end. */
export class Reader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Offset of the next byte. */
  get offset(): number {
    return this.#at
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#bytes.length - this.#at
  }

  /** Goes to an offset, which may have been read as well. */
  seek(offset: number): void {
    if (offset < 0 || offset > this.#bytes.length)
      throw new WireError(`offset ${offset} outside 0..${this.#bytes.length}`)
    this.#at = offset
  }

  u8(): number {
    return this.#bytes[this.#take(1)] ?? 0
  }
  u16(littleEndian = false): number {
    const at = this.#take(2)
    const value = ((this.#bytes[at] ?? 0) << 8) | (this.#bytes[at + 1] ?? 0)
    return littleEndian ? swap16(value) : value
  }
  u32(littleEndian = false): number {
    const at = this.#take(4)
    const bytes = this.#bytes
    const high = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
    const low = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)
    return littleEndian ? swap16(low) * 0x10000 + swap16(high) : high * 0x10000 + low
  }
  u64(littleEndian = false): bigint {
    const at = this.#take(8)
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + at, 8).getBigUint64(0, littleEndian)
  }

  /** A copy of the next `size` bytes. */
  bytes(size: number): Uint8Array {
    if (size === 0) return nothing
    // Looked for before anything is allocated: a length is a claim
    const found = this.view(size)
    const copy = cut(size)
    copy.set(found)
    return copy
  }

  /** The next `size` bytes without a copy: valid as long as the input is. */
  view(size: number): Uint8Array {
    const at = this.#take(size)
    return new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset + at, size)
  }

  /** Passes over the next `size` bytes. */
  skip(size: number): void {
    this.#take(size)
  }

  /** @throws WireError if anything is left. */
  end(): void {
    if (this.left !== 0) throw new WireError(`${this.left} bytes left over`)
  }

  #take(size: number): number {
    // A size that was computed from what was read may be below zero
    if (size > this.left || size < 0) throw new WireError(`needs ${size} bytes, has ${this.left}`)
    const at = this.#at
    this.#at += size
    return at
  }
}
