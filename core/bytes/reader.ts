import { WireError } from './wire-error.ts'

/** Reads integers and byte strings off the front of a byte string; never past its end. */
export class Reader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Offset of the next byte. */
  get offset(): number {
    return this.#at
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#bytes.length - this.#at
  }

  /** Goes back (or on) to an offset read before. */
  seek(offset: number): void {
    if (offset < 0 || offset > this.#bytes.length)
      throw new RangeError(`offset ${offset} outside 0..${this.#bytes.length}`)
    this.#at = offset
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1))
  }
  u16(littleEndian = false): number {
    return this.#view.getUint16(this.#take(2), littleEndian)
  }
  u32(littleEndian = false): number {
    return this.#view.getUint32(this.#take(4), littleEndian)
  }
  u64(littleEndian = false): bigint {
    return this.#view.getBigUint64(this.#take(8), littleEndian)
  }

  /** A copy of the next `size` bytes. */
  bytes(size: number): Uint8Array {
    const at = this.#take(size)
    return Uint8Array.prototype.slice.call(this.#bytes, at, at + size)
  }

  /** The next `size` bytes without a copy: valid as long as the input is. */
  view(size: number): Uint8Array {
    const at = this.#take(size)
    return new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset + at, size)
  }

  /** @throws WireError if anything is left. */
  end(): void {
    if (this.left !== 0) throw new WireError(`${this.left} bytes left over`)
  }

  #take(size: number): number {
    if (size > this.left) throw new WireError(`needs ${size} bytes, has ${this.left}`)
    const at = this.#at
    this.#at += size
    return at
  }
}
