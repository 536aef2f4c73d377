import { Reader, Writer } from '../../../core/bytes/index.ts'
import { ALG, digestSize, hashAlgorithm } from '../../../core/tpm/index.ts'
import { initialSha1, initialSha256, initialSha384, initialSha512 } from './round-constants.ts'
import { compressSha1 } from './sha1.ts'
import { compressSha256 } from './sha256.ts'
import { compressSha512 } from './sha512.ts'

interface BlockHash {
  readonly initial: Uint32Array
  readonly compress: (state: Uint32Array, block: DataView) => void
}

const blockHashes: ReadonlyMap<number, BlockHash> = new Map([
  [ALG.sha1, { initial: initialSha1, compress: compressSha1 }],
  [ALG.sha256, { initial: initialSha256, compress: compressSha256 }],
  [ALG.sha384, { initial: initialSha384, compress: compressSha512 }],
  [ALG.sha512, { initial: initialSha512, compress: compressSha512 }],
])

function blockHash(hashAlg: number): BlockHash {
  const row = blockHashes.get(hashAlg)
  if (row === undefined) throw new TypeError(`0x${hashAlg.toString(16)} is no hash algorithm`)
  return row
}

/**
 * A hash over data that comes in pieces and whose state can be taken out and put back, which node:crypto's cannot
 * (FIPS 180-4). Only sequences need it: what is hashed in one piece goes through node:crypto.
 */
export class ResumableHash {
  readonly algorithm: number
  readonly #row: BlockHash
  readonly #state: Uint32Array
  readonly #block: Uint8Array
  readonly #view: DataView
  #bytes = 0n

  constructor(hashAlg: number) {
    this.algorithm = hashAlg
    this.#row = blockHash(hashAlg)
    this.#state = this.#row.initial.slice()
    this.#block = new Uint8Array(hashAlgorithm(hashAlg).blockBytes)
    this.#view = new DataView(this.#block.buffer)
  }

  /** The hash whose state was saved; its algorithm is not part of that. */
  static restored(hashAlg: number, saved: Uint8Array): ResumableHash {
    const from = new Reader(saved)
    const hash = new ResumableHash(hashAlg)
    hash.#bytes = from.u64()
    for (let at = 0; at < hash.#state.length; at += 1) hash.#state[at] = from.u32()
    hash.#block.set(from.bytes(hash.#waiting))
    from.end()
    return hash
  }

  save(): Uint8Array {
    const to = new Writer().u64(this.#bytes)
    for (const word of this.#state) to.u32(word)
    return to.bytes(this.#block.subarray(0, this.#waiting)).done()
  }

  /** Bytes that wait for the rest of their block. */
  get #waiting(): number {
    return Number(this.#bytes % BigInt(this.#block.length))
  }

  update(data: Uint8Array): void {
    let at = 0
    let filled = this.#waiting
    this.#bytes += BigInt(data.length)
    while (at < data.length) {
      const piece = data.subarray(at, at + this.#block.length - filled)
      this.#block.set(piece, filled)
      at += piece.length
      filled = (filled + piece.length) % this.#block.length
      if (filled === 0) this.#row.compress(this.#state, this.#view)
    }
  }

  /** The digest of the data so far; more may come. FIPS 180-4, 5.1. */
  digest(): Uint8Array {
    const last = this.#copy()
    const lengthBytes = this.#block.length / 8
    const filled = last.#waiting
    const zeros = (2 * this.#block.length - 1 - filled - lengthBytes) % this.#block.length
    const length = new Uint8Array(lengthBytes)
    new DataView(length.buffer).setBigUint64(lengthBytes - 8, 8n * this.#bytes)
    for (const padding of [Uint8Array.of(0x80), new Uint8Array(zeros), length]) last.update(padding)
    const digest = new Writer()
    for (const word of last.#state) digest.u32(word)
    last.erase()
    return digest.done().slice(0, digestSize(this.algorithm))
  }

  #copy(): ResumableHash {
    const copy = new ResumableHash(this.algorithm)
    copy.#state.set(this.#state)
    copy.#block.set(this.#block)
    copy.#bytes = this.#bytes
    return copy
  }

  /** Forgets the data; the hash begins anew. */
  erase(): void {
    this.#state.set(this.#row.initial)
    this.#block.fill(0)
    this.#bytes = 0n
  }
}
