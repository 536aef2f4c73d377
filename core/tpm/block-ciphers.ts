import { createCipheriv, createDecipheriv, type Cipher, type Decipher } from 'node:crypto'
import { concat } from '../bytes/index.ts'
import { ALG } from './constants/algorithms.ts'

/** Everything about one block cipher in one row. */
export interface BlockCipher {
  readonly id: number
  /** The name its key sizes go by in Part 2, 11.1.3. */
  readonly name: string
  readonly blockBytes: number
  /** The sizes of its keys; of Triple-DES with their parity bits. */
  readonly keyBits: readonly number[]
  /** The name OpenSSL knows it by. */
  readonly openssl: (keyBits: number) => string
  /** The key as OpenSSL takes it. */
  readonly wholeKey: (key: Uint8Array) => Uint8Array
  /** Whether OpenSSL has its counter mode. */
  readonly hasCounterMode: boolean
}

/** Of two keys the first is the third too (SP 800-67, 3.2). */
const threeKeys = (key: Uint8Array): Uint8Array => (key.length === 24 ? key : concat(key, key.subarray(0, 8)))
const asItIs = (key: Uint8Array): Uint8Array => key

/** The block ciphers, in the order of their identifiers. */
export const blockCiphers = [
  {
    id: ALG.tdes,
    name: 'TDES',
    blockBytes: 8,
    keyBits: [128, 192],
    openssl: () => 'des-ede3',
    wholeKey: threeKeys,
    hasCounterMode: false,
  },
  {
    id: ALG.aes,
    name: 'AES',
    blockBytes: 16,
    keyBits: [128, 192, 256],
    openssl: (bits: number) => `aes-${bits}`,
    wholeKey: asItIs,
    hasCounterMode: true,
  },
  {
    id: ALG.camellia,
    name: 'CAMELLIA',
    blockBytes: 16,
    keyBits: [128, 256],
    openssl: (bits: number) => `camellia-${bits}`,
    wholeKey: asItIs,
    hasCounterMode: true,
  },
] as const satisfies readonly BlockCipher[]

const byId: ReadonlyMap<number, BlockCipher> = new Map(blockCiphers.map((row) => [row.id, row]))

/** @throws TypeError if `id` is no block cipher of the table. */
export function blockCipher(id: number): BlockCipher {
  const row = byId.get(id)
  if (row === undefined) throw new TypeError(`0x${id.toString(16)} is no block cipher`)
  return row
}

export const cipherBlockBytes = (id: number): number => blockCipher(id).blockBytes

/** OpenSSL's cipher in a mode of its; nothing is padded. */
export function startCipher(
  direction: 'encrypt' | 'decrypt',
  cipher: { readonly algorithm: number; readonly mode: string },
  key: Uint8Array,
  iv: Uint8Array | null,
): Cipher | Decipher {
  const { openssl, wholeKey } = blockCipher(cipher.algorithm)
  const create = direction === 'encrypt' ? createCipheriv : createDecipheriv
  return create(`${openssl(8 * key.length)}-${cipher.mode}`, wholeKey(key), iv).setAutoPadding(false)
}

/** What OpenSSL gave as plain bytes, without a copy that nobody would zero. */
const bytesOf = ({ buffer, byteOffset, length }: Uint8Array): Uint8Array => new Uint8Array(buffer, byteOffset, length)

/** A block cipher in CFB mode with a full-block feedback (Part 1, 11.4.9); the IV is zero unless given. */
export function cfbEncrypt(algorithm: number, key: Uint8Array, plain: Uint8Array, iv?: Uint8Array): Uint8Array {
  return runCfb('encrypt', algorithm, key, plain, iv)
}

export function cfbDecrypt(algorithm: number, key: Uint8Array, sealed: Uint8Array, iv?: Uint8Array): Uint8Array {
  return runCfb('decrypt', algorithm, key, sealed, iv)
}

function runCfb(
  direction: 'encrypt' | 'decrypt',
  algorithm: number,
  key: Uint8Array,
  input: Uint8Array,
  iv: Uint8Array = new Uint8Array(cipherBlockBytes(algorithm)),
): Uint8Array {
  return bytesOf(startCipher(direction, { algorithm, mode: 'cfb' }, key, iv).update(input))
}
