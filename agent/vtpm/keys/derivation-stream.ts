import { kdfa, type Random, type TPMS_DERIVE } from '../../../core/tpm/index.ts'

/** As libtpms has it: more than any derived object takes. The number is part of what KDFa hashes. */
const derivationBits = 8192

/** The bytes that a derived object is made of, one after another (Part 1, 28.2: KDFa by label and context). */
export class DerivationStream {
  readonly #bytes: Uint8Array
  #position = 0

  constructor(hash: number, secret: Uint8Array, { label, context }: TPMS_DERIVE) {
    this.#bytes = kdfa(hash, secret, label, context, new Uint8Array(0), derivationBits)
  }

  /** The next bytes; what was read is forgotten. */
  readonly read: Random = (size) => {
    const end = this.#position + size
    if (end > this.#bytes.length) throw new RangeError('a derived object takes more than there is')
    const out = this.#bytes.slice(this.#position, end)
    this.#bytes.fill(0, this.#position, end)
    this.#position = end
    return out
  }
}
