import { type KeyObject } from 'node:crypto'
import { p256Point } from './p256-point.ts'
import { openSealed, type SealBinding } from './seal.ts'

/** The private half of a request's one-time key: it opens the answer to that request and is never stored or printed. */
export class OneTimeKey {
  readonly publicPoint: Uint8Array
  readonly #privateKey: KeyObject

  /** Takes a fresh P-256 private key; drawing it is the caller's part. */
  constructor(privateKey: KeyObject) {
    this.#privateKey = privateKey
    this.publicPoint = p256Point(privateKey)
  }

  /** @throws SealedError if `sealed` is not the answer expected. */
  async open(sealed: string, expected: SealBinding): Promise<Uint8Array> {
    return await openSealed(sealed, { ...expected, privateKey: this.#privateKey })
  }
}
