import { inspect } from 'node:util'

const shown = '[secret]'

/** Key material that no log, error or inspection prints. Owns its bytes: `forget()` overwrites them. */
export class SecretBytes {
  readonly #bytes: Uint8Array
  #forgotten = false

  /** Takes the bytes over; the caller keeps no other copy. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** The bytes themselves, valid until `forget()`. */
  reveal(): Uint8Array {
    if (this.#forgotten) throw new TypeError('the secret was forgotten')
    return this.#bytes
  }

  forget(): void {
    this.#bytes.fill(0)
    this.#forgotten = true
  }

  toJSON(): string {
    return shown
  }
  toString(): string {
    return shown
  }
  [inspect.custom](): string {
    return shown
  }
}
