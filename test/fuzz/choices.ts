/**
 * Decisions taken from a byte string: the same bytes decide the same way again, and bytes that are zero, or no longer
 * there, choose what is simplest. So a failing input can be made smaller without knowing what it means.
 */
export class Choices {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** A number from 0 to below `limit`. */
  below(limit: number): number {
    let drawn = this.#next()
    for (let reach = 256; reach < limit; reach *= 256) drawn = drawn * 256 + this.#next()
    return drawn % limit
  }

  /** True in about this many of a hundred cases. */
  chance(percent: number): boolean {
    return this.below(100) >= 100 - percent
  }

  pick<T>(from: readonly T[]): T {
    if (from.length === 0) throw new RangeError('nothing to choose from')
    return from[this.below(from.length)] as T
  }

  bytes(size: number): Uint8Array {
    return new Uint8Array(size).fill(this.below(256))
  }

  #next(): number {
    const byte = this.#bytes[this.#at] ?? 0
    this.#at += 1
    return byte
  }
}
