import { concat } from '../bytes/index.ts'
import { digestSize, secretDigest, secretHmac } from './hash.ts'

const ascii = new TextEncoder()
const empty = new Uint8Array(0)

const uint32 = (value: number): Uint8Array =>
  Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff)

/** Labels are few, and each is used again and again. */
const encoded = new Map<string, Uint8Array>()

/** A label with the zero that ends it; bytes that end in one already get no other. */
function labelBytes(label: string | Uint8Array): Uint8Array {
  if (typeof label !== 'string') return label.at(-1) === 0 ? label : concat(label, Uint8Array.of(0))
  const known = encoded.get(label)
  if (known !== undefined) return known
  const made = ascii.encode(`${label}\0`)
  encoded.set(label, made)
  return made
}

/** Takes `bits` bits out of blocks made one after another; a partial first byte loses its upper bits. */
function collect(bits: number, blockBytes: number, block: (counter: number) => Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(bits / 8))
  for (let at = 0, counter = 1; at < out.length; at += blockBytes, counter++) {
    const made = block(counter)
    out.set(made.subarray(0, Math.min(blockBytes, out.length - at)), at)
    made.fill(0)
  }
  if (bits % 8 !== 0) out[0] = (out[0] ?? 0) & ((1 << (bits % 8)) - 1)
  return out
}

/** KDFa (Part 1, 11.4.10.2; SP800-108 in counter mode over HMAC). */
export function kdfa(
  hash: number,
  key: Uint8Array,
  label: string | Uint8Array,
  contextU: Uint8Array = empty,
  contextV: Uint8Array = empty,
  bits: number = 8 * digestSize(hash),
): Uint8Array {
  const fixedInput = concat(labelBytes(label), contextU, contextV, uint32(bits))
  return collect(bits, digestSize(hash), (counter) => secretHmac(hash, key, uint32(counter), fixedInput))
}

/** KDFe (Part 1, 11.4.10.3; SP800-56A, single step), from the x coordinate of a shared point. */
export function kdfe(
  hash: number,
  z: Uint8Array,
  label: string,
  partyU: Uint8Array,
  partyV: Uint8Array,
  bits: number = 8 * digestSize(hash),
): Uint8Array {
  return collect(bits, digestSize(hash), (counter) =>
    secretDigest(hash, uint32(counter), z, labelBytes(label), partyU, partyV),
  )
}
