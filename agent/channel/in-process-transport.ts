import { type Transport } from '../../core/tpm/index.ts'
import { type SerialTpm } from './serial-tpm.ts'

/** A TPM of this process, as a client sees it. */
export class InProcessTransport implements Transport {
  readonly #tpm: SerialTpm
  readonly #locality: number

  constructor(tpm: SerialTpm, locality = 0) {
    this.#tpm = tpm
    this.#locality = locality
  }

  async transmit(command: Uint8Array): Promise<Uint8Array> {
    return this.#tpm.execute(command, this.#locality)
  }
}
