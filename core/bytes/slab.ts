/** An ArrayBuffer of its own costs more than everything else a short command does; so small byte strings share one. */
const slabBytes = 8192
const maxSharedBytes = 1024
/** Up to here V8 keeps the bytes in the typed array itself, which costs as little. */
const maxInlineBytes = 64

let slab = new ArrayBuffer(slabBytes)
let used = 0

/** A new byte string of zeros. Its `buffer` may hold others beside it: give away the bytes, never the buffer. */
export function cut(size: number): Uint8Array {
  if (size <= maxInlineBytes || size > maxSharedBytes) return new Uint8Array(size)
  if (used + size > slabBytes) {
    slab = new ArrayBuffer(slabBytes)
    used = 0
  }
  const at = used
  used += size
  return new Uint8Array(slab, at, size)
}
