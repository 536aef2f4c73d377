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

/** Calls the hash once. */
type HashOnce = (node: string, text: Uint8Array) => Uint8Array

/**
 * The digest of a text that is no secret, one letter a byte: an ArrayBuffer for the result would take longer than hashing a
 * short text.
 */
export const digestLetters = (node: string, text: Uint8Array): string => hash(node, text, 'binary')

const inPublic: HashOnce = (node, text) => {
  const letters = digestLetters(node, text)
  const bytes = new Uint8Array(letters.length)
  for (let at = 0; at < bytes.length; at++) bytes[at] = letters.charCodeAt(at)
  return bytes
}

/** A text could not be cleared. */
const inSecret: HashOnce = (node, text) => moved(hash(node, text, 'buffer'))

/** What OpenSSL made, of which nothing stays where it was. */
function moved(made: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(made)
  made.fill(0)
  return bytes
}

/** H(parts), for a result that is no secret: copies of it may stay in memory. */
export function digest(id: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return digestBy(inPublic, id, parts)
}

/** H(parts), of which no other copy stays. */
export function secretDigest(id: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return digestBy(inSecret, id, parts)
}

function digestBy(once: HashOnce, id: number, parts: readonly Uint8Array[]): Uint8Array {
  const { node } = hashAlgorithm(id)
  const [first] = parts
  if (first !== undefined && parts.length === 1) return once(node, first)
  let size = 0
  for (const part of parts) {
    if (size + part.length > joined.length) return digestByParts(node, parts)
    joined.set(part, size)
    size += part.length
  }
  return cleared(once, node, joined, size)
}

function digestByParts(node: string, parts: readonly Uint8Array[]): Uint8Array {
  joined.fill(0)
  const streamed = createHash(node)
  for (const part of parts) streamed.update(part)
  return moved(streamed.digest())
}

/** Room for a padded key and what is put together behind it; zeros in between. */
const innerText = new Uint8Array(128 + joined.length)
const outerText = new Uint8Array(128 + 64)
const innerPad = 0x36
const outerPad = 0x5c

/**
 * HMAC(key, parts) (FIPS 198-1, section 4), for a result that is no secret; two calls that hash: an object of OpenSSL's for each
 * short text takes three times as long, and the collector again as long to let go of it. Long texts are given to such an object
 * part by part.
 */
export function hmac(id: number, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  return hmacBy(inPublic, id, key, parts)
}

/** HMAC(key, parts), of which no other copy stays: a key that is made of another. */
export function secretHmac(id: number, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  return hmacBy(inSecret, id, key, parts)
}

function hmacBy(once: HashOnce, id: number, key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const { node, blockBytes } = hashAlgorithm(id)
  let size = blockBytes
  for (const part of parts) size += part.length
  if (size > innerText.length) return hmacByParts(node, key, parts)
  const shortKey = key.length > blockBytes ? inSecret(node, key) : key
  size = blockBytes
  for (const part of parts) {
    innerText.set(part, size)
    size += part.length
  }
  // Of no use to anybody without the key, also where the result is a secret
  const inner = cleared(inPublic, node, pad(innerText, shortKey, blockBytes, innerPad), size)
  outerText.set(inner, blockBytes)
  const result = cleared(once, node, pad(outerText, shortKey, blockBytes, outerPad), blockBytes + inner.length)
  inner.fill(0)
  if (shortKey !== key) shortKey.fill(0)
  return result
}

function pad(text: Uint8Array, key: Uint8Array, blockBytes: number, byte: number): Uint8Array {
  for (let at = 0; at < key.length; at++) text[at] = (key[at] ?? 0) ^ byte
  return text.fill(byte, key.length, blockBytes)
}

/** Hashes the beginning of a text and clears it. */
function cleared(once: HashOnce, node: string, text: Uint8Array, size: number): Uint8Array {
  const whole = text.subarray(0, size)
  const result = once(node, whole)
  whole.fill(0)
  return result
}

function hmacByParts(node: string, key: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const mac = createHmac(node, key)
  for (const part of parts) mac.update(part)
  return moved(mac.digest())
}
