import { concat } from '../../../core/bytes/index.ts'
import {
  blockCipher,
  CodecError,
  decode,
  encode,
  RC,
  startCipher,
  struct,
  TPM2B_IV,
  TPM2B_SYM_KEY,
} from '../../../core/tpm/index.ts'

/** The constants R of SP 800-38B, 5.3, by the size of a block. */
const reductions: Readonly<Record<number, number>> = { 8: 0x1b, 16: 0x87 }

/** The product with x in the field of a block. */
function doubled(block: Uint8Array): Uint8Array {
  const shifted = block.map((byte, at) => (byte << 1) | ((block[at + 1] ?? 0) >> 7))
  const isCarried = (block[0] ?? 0) >> 7
  const last = block.length - 1
  shifted[last] = (shifted[last] ?? 0) ^ (isCarried * (reductions[block.length] ?? 0))
  return shifted
}

const SavedCmac = struct('cmac', { key: TPM2B_SYM_KEY, chained: TPM2B_IV, waiting: TPM2B_IV })

/** CMAC (SP 800-38B) over data that comes in pieces, whose state can be taken out and put back. */
export class ResumableCmac {
  readonly algorithm: number
  readonly #key: Uint8Array
  /** What the blocks so far came to. */
  readonly #chained: Uint8Array
  readonly #block: Uint8Array
  /** Bytes of the block; a whole one waits too, because the last one is masked. */
  #waiting = 0

  constructor(algorithm: number, key: Uint8Array) {
    this.algorithm = algorithm
    this.#key = key.slice()
    const { blockBytes } = blockCipher(algorithm)
    this.#chained = new Uint8Array(blockBytes)
    this.#block = new Uint8Array(blockBytes)
  }

  /**
   * The CMAC whose state was saved; its cipher is not part of that.
   * @throws WireError if it is none of that cipher.
   */
  static restored(algorithm: number, saved: Uint8Array): ResumableCmac {
    const { key, chained, waiting } = decode(SavedCmac, saved)
    const { blockBytes, keyBits } = blockCipher(algorithm)
    if (!keyBits.includes(8 * key.length) || chained.length !== blockBytes || waiting.length > blockBytes)
      throw new CodecError(RC.size, 'sizes of another cipher', ['cmac'])
    const cmac = new ResumableCmac(algorithm, key)
    cmac.#chained.set(chained)
    cmac.#block.set(waiting)
    cmac.#waiting = waiting.length
    key.fill(0)
    return cmac
  }

  save(): Uint8Array {
    return encode(SavedCmac, { key: this.#key, chained: this.#chained, waiting: this.#block.slice(0, this.#waiting) })
  }

  update(data: Uint8Array): void {
    const size = this.#block.length
    const text = concat(this.#block.subarray(0, this.#waiting), data)
    const whole = size * Math.max(0, Math.ceil(text.length / size) - 1)
    if (whole > 0) this.#chained.set(this.#encrypt(text.subarray(0, whole), this.#chained).subarray(-size))
    this.#waiting = text.length - whole
    this.#block.set(text.subarray(whole))
    text.fill(0)
  }

  /** SP 800-38B, 6.2, of the data so far; more may come. */
  digest(): Uint8Array {
    const size = this.#block.length
    const seed = this.#encrypt(new Uint8Array(size))
    const one = doubled(seed)
    const two = doubled(one)
    const last = new Uint8Array(size)
    last.set(this.#block.subarray(0, this.#waiting))
    if (this.#waiting < size) last[this.#waiting] = 0x80
    const mask = this.#waiting === size ? one : two
    mask.forEach((byte, at) => (last[at] = (last[at] ?? 0) ^ byte))
    const tag = this.#encrypt(last, this.#chained)
    for (const secret of [seed, one, two, last]) secret.fill(0)
    return tag
  }

  /** Whole blocks in CBC mode. */
  #encrypt(blocks: Uint8Array, iv: Uint8Array = new Uint8Array(this.#block.length)): Uint8Array {
    const cipher = startCipher('encrypt', { algorithm: this.algorithm, mode: 'cbc' }, this.#key, iv)
    return new Uint8Array(cipher.update(blocks))
  }

  /** Forgets key and data. */
  erase(): void {
    for (const secret of [this.#key, this.#chained, this.#block]) secret.fill(0)
    this.#waiting = 0
  }
}
