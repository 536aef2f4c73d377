import { createCipheriv, createDecipheriv } from 'node:crypto'
import { bigIntToBytes, bytesToBigInt } from '../../../core/bytes/index.ts'
import { ALG } from '../../../core/tpm/index.ts'

export const blockBytes = 16

/** Everything about one mode in one row (Part 1, 11.4.8; SP 800-38A). */
interface CipherMode {
  /** The name OpenSSL knows it by. */
  readonly node: string
  readonly hasIv: boolean
  /** Whether it works on whole blocks only. */
  readonly wholeBlocks: boolean
  /** The IV that continues, from what went in front. */
  readonly nextIv: (text: Chunk) => Uint8Array
}

interface Chunk {
  readonly iv: Uint8Array
  readonly plain: Uint8Array
  readonly cipher: Uint8Array
  /** What the key makes of one block. */
  readonly encryptBlock: (block: Uint8Array) => Uint8Array
}

const modes: ReadonlyMap<number, CipherMode> = new Map([
  [ALG.ecb, { node: 'ecb', hasIv: false, wholeBlocks: true, nextIv: ({ iv }: Chunk) => iv }],
  [ALG.cbc, { node: 'cbc', hasIv: true, wholeBlocks: true, nextIv: lastBlock }],
  [ALG.cfb, { node: 'cfb', hasIv: true, wholeBlocks: false, nextIv: lastBlock }],
  [ALG.ofb, { node: 'ofb', hasIv: true, wholeBlocks: false, nextIv: lastKeyBlock }],
  [ALG.ctr, { node: 'ctr', hasIv: true, wholeBlocks: false, nextIv: counted }],
])

/** @throws TypeError if it is no mode of the table. */
export function cipherMode(mode: number): CipherMode {
  const row = modes.get(mode)
  if (row === undefined) throw new TypeError(`0x${mode.toString(16)} is no mode`)
  return row
}

/** The last block of cipher text; one that was begun is filled up with what the key makes of the one before. */
function lastBlock({ iv, cipher, encryptBlock }: Chunk): Uint8Array {
  const begun = cipher.length % blockBytes
  const whole = cipher.length - begun
  const previous = whole === 0 ? iv : cipher.slice(whole - blockBytes, whole)
  if (begun === 0) return previous
  const block = encryptBlock(previous)
  block.set(cipher.subarray(whole))
  return block
}

/** The block that the key made last. */
function lastKeyBlock({ iv, cipher, encryptBlock }: Chunk): Uint8Array {
  let block = iv
  for (let at = 0; at < cipher.length; at += blockBytes) block = encryptBlock(block)
  return block
}

const counterSpan = 1n << BigInt(8 * blockBytes)

function counted({ iv, cipher }: Chunk): Uint8Array {
  const blocks = BigInt(Math.ceil(cipher.length / blockBytes))
  return bigIntToBytes((bytesToBigInt(iv) + blocks) % counterSpan, blockBytes)
}

/** AES over `input`, and the IV that continues it. */
export function runCipher(
  direction: 'encrypt' | 'decrypt',
  mode: number,
  key: Uint8Array,
  iv: Uint8Array,
  input: Uint8Array,
): { readonly outData: Uint8Array; readonly ivOut: Uint8Array } {
  const { node, hasIv, nextIv } = cipherMode(mode)
  const create = direction === 'encrypt' ? createCipheriv : createDecipheriv
  const cipher = create(`aes-${8 * key.length}-${node}`, key, hasIv ? iv : null)
  cipher.setAutoPadding(false)
  const outData = new Uint8Array(Buffer.concat([cipher.update(input), cipher.final()]))
  const encryptBlock = (block: Uint8Array): Uint8Array =>
    new Uint8Array(createCipheriv(`aes-${8 * key.length}-ecb`, key, null).update(block))
  const text = direction === 'encrypt' ? { plain: input, cipher: outData } : { plain: outData, cipher: input }
  return { outData, ivOut: nextIv({ iv, ...text, encryptBlock }) }
}
