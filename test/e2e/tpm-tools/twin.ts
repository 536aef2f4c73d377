import { expect } from 'chai'
import { SwtpmTransport } from '../../../agent/channel/index.ts'
import { type Tpm } from '../../../agent/vtpm/index.ts'
import { toHex } from '../../../core/bytes/index.ts'
import { type Transport } from '../../../core/tpm/index.ts'
import { benchOf, type ByteRange, newTpm, type TpmBench } from '../../conformance/tpm-bench.ts'
import { type TpmProcess } from './tpm-process.ts'

const responseCode = (response: Uint8Array): string => toHex(response.slice(6, 10))

/** Our TPM and swtpm on one bench: each command goes to both, and their answers are held against each other. */
export function twinOnBench(swtpm: TpmProcess): Promise<TpmBench> {
  const twin = new Twin(swtpm.port)
  return benchOf(
    twin,
    () => {
      twin.close()
    },
    (isExact, own) => {
      twin.exact = isExact
      twin.own = own
    },
  )
}

class Twin implements Transport {
  readonly #ours: Tpm = newTpm()
  readonly #reference: SwtpmTransport
  exact = true
  own: ByteRange | undefined

  constructor(port: number) {
    this.#reference = new SwtpmTransport({ kind: 'tcp', host: '127.0.0.1', port })
  }

  async transmit(command: Uint8Array): Promise<Uint8Array> {
    const own = await this.#ours.execute(command)
    const known = await this.#reference.transmit(command)
    const sent = `for ${toHex(command)}`
    expect(responseCode(own), sent).to.equal(responseCode(known))
    if (this.exact) expect(toHex(this.#shared(own)), sent).to.equal(toHex(this.#shared(known)))
    else expect(own.length, sent).to.equal(known.length)
    return own
  }

  /** What must be the same on both. */
  #shared(answer: Uint8Array): Uint8Array {
    return this.own === undefined ? answer : answer.slice().fill(0, this.own.from, this.own.to)
  }

  close(): void {
    this.#ours.powerOff()
    this.#reference.close()
  }
}
