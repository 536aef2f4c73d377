import { cut } from './slab.ts'

const initialBytes = 512
/** Working buffers of writers that are done, all zeros: most writers live for microseconds. */
const spare: Uint8Array[] = []
const maxSpare = 8
const none = new Uint8Array(0)

/** Writes integers and byte strings one after the other. */
export class Writer {
  #bytes: Uint8Array = none
  #size = 0

  /** How many bytes are written. */
  get size(): number {
    return this.#size
  }

  u8(value: number): this {
    const at = this.#grow(1)
    this.#bytes[at] = value
    return this
  }
  u16(value: number, littleEndian = false): this {
    const at = this.#grow(2)
    this.#bytes[at] = littleEndian ? value : value >> 8
    this.#bytes[at + 1] = littleEndian ? value >> 8 : value
    return this
  }
  u32(value: number, littleEndian = false): this {
    const at = this.#grow(4)
    if (littleEndian) this.#putU32(at, swap32(value))
    else this.#putU32(at, value)
    return this
  }
  u64(value: bigint, littleEndian = false): this {
    const high = Number(BigInt.asUintN(32, value >> 32n))
    const low = Number(BigInt.asUintN(32, value))
    return littleEndian ? this.u32(low, true).u32(high, true) : this.u32(high).u32(low)
  }
  bytes(value: Uint8Array): this {
    const at = this.#grow(value.length)
    this.#bytes.set(value, at)
    return this
  }

  /** Writes a UINT16 over what stands at `offset` (a size that is known only afterwards). */
  patchU16(offset: number, value: number): void {
    this.#bytes[offset] = value >> 8
    this.#bytes[offset + 1] = value
  }
  /** Writes a UINT32 over what stands at `offset`. */
  patchU32(offset: number, value: number): void {
    this.#putU32(offset, value)
  }

  /** What was written from one offset to another, without a copy: valid until more is written. */
  view(from: number, to: number = this.#size): Uint8Array {
    return this.#bytes.subarray(from, to)
  }

  /** A copy of what was written; the working buffer, which may hold secrets, is cleared and the writer starts anew. */
  done(): Uint8Array {
    const written = this.#bytes.subarray(0, this.#size)
    const whole = cut(this.#size)
    whole.set(written)
    written.fill(0)
    if (this.#bytes.length === initialBytes && spare.length < maxSpare) spare.push(this.#bytes)
    this.#bytes = none
    this.#size = 0
    return whole
  }

  #putU32(at: number, value: number): void {
    const bytes = this.#bytes
    bytes[at] = value >>> 24
    bytes[at + 1] = value >>> 16
    bytes[at + 2] = value >>> 8
    bytes[at + 3] = value
  }

  #grow(size: number): number {
    const at = this.#size
    this.#size += size
    if (this.#size > this.#bytes.length) this.#enlarge(at)
    return at
  }

  #enlarge(used: number): void {
    const old = this.#bytes
    const isFirst = old.length === 0
    const larger =
      isFirst && this.#size <= initialBytes
        ? (spare.pop() ?? new Uint8Array(initialBytes))
        : new Uint8Array(Math.max(this.#size, 2 * old.length))
    larger.set(old.subarray(0, used))
    old.fill(0)
    this.#bytes = larger
  }
}

const swap32 = (value: number): number =>
  ((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)
