import { createHash, createHmac } from 'node:crypto'
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

/** H(parts). */
export function digest(id: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash(hashAlgorithm(id).node)
  for (const part of parts) hash.update(part)
  return new Uint8Array(hash.digest())
}

/** HMAC(key, parts). */
export function hmac(id: number, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const mac = createHmac(hashAlgorithm(id).node, key)
  for (const part of parts) mac.update(part)
  return new Uint8Array(mac.digest())
}
