import { bigIntToBytes, bytesToBigInt, concat } from '../../../core/bytes/index.ts'
import { ALG, blockCipher, startCipher } from '../../../core/tpm/index.ts'

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
  readonly blockBytes: number
  /** What the key makes of whole blocks, each for itself. */
  readonly encryptBlocks: (blocks: Uint8Array) => Uint8Array
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
function lastBlock({ iv, cipher, blockBytes, encryptBlocks }: Chunk): Uint8Array {
  const begun = cipher.length % blockBytes
  const whole = cipher.length - begun
  const previous = whole === 0 ? iv : cipher.slice(whole - blockBytes, whole)
  if (begun === 0) return previous
  const block = encryptBlocks(previous)
  block.set(cipher.subarray(whole))
  return block
}

/** The block that the key made last. */
function lastKeyBlock({ iv, cipher, blockBytes, encryptBlocks }: Chunk): Uint8Array {
  let block = iv
  for (let at = 0; at < cipher.length; at += blockBytes) block = encryptBlocks(block)
  return block
}

/** The counter `blocks` further on. */
function counterAfter(iv: Uint8Array, blocks: number): Uint8Array {
  const span = 1n << BigInt(8 * iv.length)
  return bigIntToBytes((bytesToBigInt(iv) + BigInt(blocks)) % span, iv.length)
}

function counted({ iv, cipher, blockBytes }: Chunk): Uint8Array {
  return counterAfter(iv, Math.ceil(cipher.length / blockBytes))
}

/** SP 800-38A, 6.5, of a cipher for which OpenSSL does not have it. */
function countHere(
  iv: Uint8Array,
  input: Uint8Array,
  { blockBytes, encryptBlocks }: Pick<Chunk, 'blockBytes' | 'encryptBlocks'>,
): Uint8Array {
  const blocks = Math.ceil(input.length / blockBytes)
  const counters = Array.from({ length: blocks }, (_, at) => counterAfter(iv, at))
  const stream = encryptBlocks(concat(...counters))
  return input.map((byte, at) => byte ^ (stream[at] ?? 0))
}

/** A block cipher over `input`, and the IV that continues it. */
export function runCipher(
  direction: 'encrypt' | 'decrypt',
  { algorithm, mode }: { readonly algorithm: number; readonly mode: number },
  key: Uint8Array,
  iv: Uint8Array,
  input: Uint8Array,
): { readonly outData: Uint8Array; readonly ivOut: Uint8Array } {
  const { node, hasIv, nextIv } = cipherMode(mode)
  const { blockBytes, hasCounterMode } = blockCipher(algorithm)
  const encryptBlocks = (blocks: Uint8Array): Uint8Array =>
    new Uint8Array(startCipher('encrypt', { algorithm, mode: 'ecb' }, key, null).update(blocks))
  const runs = (): Uint8Array => {
    const cipher = startCipher(direction, { algorithm, mode: node }, key, hasIv ? iv : null)
    return new Uint8Array(Buffer.concat([cipher.update(input), cipher.final()]))
  }
  const isCountedHere = mode === ALG.ctr && !hasCounterMode
  const outData = isCountedHere ? countHere(iv, input, { blockBytes, encryptBlocks }) : runs()
  const text = direction === 'encrypt' ? { plain: input, cipher: outData } : { plain: outData, cipher: input }
  return { outData, ivOut: nextIv({ iv, ...text, blockBytes, encryptBlocks }) }
}
