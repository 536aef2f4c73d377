import { expect } from 'chai'
import { once } from 'node:events'
import { connect } from 'node:net'
import { SwtpmTransport } from '../../../agent/channel/index.ts'
import { type Tpm } from '../../../agent/vtpm/index.ts'
import { fromHex, toHex } from '../../../core/bytes/index.ts'
import { type Transport } from '../../../core/tpm/index.ts'
import { benchOf, type ByteRange, newTpm, type TpmBench } from '../../conformance/tpm-bench.ts'
import { noteAnswer } from './covered.ts'
import { type TpmProcess } from './tpm-process.ts'

/** Of swtpm's control channel. */
const controls = { stop: '0000000e', init: '0000000200000000' } as const

/** One exchange with a control channel. */
export async function control(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(fromHex(request))
  const [answer] = (await once(socket, 'data')) as [Uint8Array]
  socket.destroy()
  return toHex(answer)
}

const responseCode = (response: Uint8Array): string => toHex(response.slice(6, 10))

/** Our TPM and swtpm on one bench: each command goes to both, and their answers are held against each other. */
export function twinOnBench(swtpm: TpmProcess): Promise<TpmBench> {
  const twin = new Twin(swtpm.port)
  const bench = {
    exact: (isExact: boolean | 'code', own?: ByteRange) => {
      twin.exact = isExact
      twin.own = own
    },
    powerCycle: () => twin.powerCycle(),
    close: () => {
      twin.close()
    },
  }
  return benchOf(twin, bench)
}

class Twin implements Transport {
  readonly #ours: Tpm = newTpm()
  readonly #reference: SwtpmTransport
  readonly #port: number
  exact: boolean | 'code' = true
  own: ByteRange | undefined

  constructor(port: number) {
    this.#port = port
    this.#reference = new SwtpmTransport({ kind: 'tcp', host: '127.0.0.1', port })
  }

  async transmit(command: Uint8Array): Promise<Uint8Array> {
    const own = await this.#ours.execute(command)
    const known = await this.#reference.transmit(command)
    const sent = `for ${toHex(command)}`
    expect(responseCode(own), sent).to.equal(responseCode(known))
    noteAnswer(command, known)
    if (this.exact === 'code') return own
    if (this.exact) expect(toHex(this.#shared(own)), sent).to.equal(toHex(this.#shared(known)))
    else expect(own.length, sent).to.equal(known.length)
    return own
  }

  async powerCycle(): Promise<void> {
    this.#ours.powerOn()
    for (const each of [controls.stop, controls.init]) expect(await control(this.#port + 1, each)).to.equal('00000000')
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
