import { createHash, createHmac, hash } from 'node:crypto'
import { ALG } from './constants/algorithms.ts'

/** Everything about one hash algorithm in one row. */
export interface HashAlgorithm {
  readonly id: number
  /** The name node:crypto knows it by. */
  readonly node: string
  readonly digestBytes: number
  readonly blockBytes: number
}

/** The hash algorithms, in the order of their identifiers. */
export const hashAlgorithms: readonly HashAlgorithm[] = [
  { id: ALG.sha1, node: 'sha1', digestBytes: 20, blockBytes: 64 },
  { id: ALG.sha256, node: 'sha256', digestBytes: 32, blockBytes: 64 },
  { id: ALG.sha384, node: 'sha384', digestBytes: 48, blockBytes: 128 },
  { id: ALG.sha512, node: 'sha512', digestBytes: 64, blockBytes: 128 },
]

const byId = new Map(hashAlgorithms.map((row) => [row.id, row]))

/** @throws TypeError if `id` is no hash algorithm of the table. */
export function hashAlgorithm(id: number): HashAlgorithm {
  const row = byId.get(id)
  if (row === undefined) throw new TypeError(`0x${id.toString(16)} is no hash algorithm`)
  return row
}

export const digestSize = (id: number): number => hashAlgorithm(id).digestBytes

/** Where parts are put together for the one call that hashes them; zeros in between. */
const joined = new Uint8Array(2048)

/** H(parts). */
export function digest(id: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const { node } = hashAlgorithm(id)
  const [first] = parts
  if (first !== undefined && parts.length === 1) return new Uint8Array(hash(node, first, 'buffer'))
  let size = 0
  for (const part of parts) {
    if (size + part.length > joined.length) return digestByParts(node, parts)
    joined.set(part, size)
    size += part.length
  }
  const whole = joined.subarray(0, size)
  const result = new Uint8Array(hash(node, whole, 'buffer'))
  whole.fill(0)
  return result
}

function digestByParts(node: string, parts: readonly Uint8Array[]): Uint8Array {
  joined.fill(0)
  const streamed = createHash(node)
  for (const part of parts) streamed.update(part)
  return new Uint8Array(streamed.digest())
}

/** HMAC(key, parts). */
export function hmac(id: number, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const mac = createHmac(hashAlgorithm(id).node, key)
  for (const part of parts) mac.update(part)
  return new Uint8Array(mac.digest())
}
