import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { SwtpmTransport } from '../../../agent/channel/index.ts'
import { concat, Writer } from '../../../core/bytes/index.ts'
import { RC, Startup, SU, TpmClient, type Transport } from '../../../core/tpm/index.ts'
import { type TpmProcess } from './tpm-process.ts'

const command = { init: 0x02, setLocality: 0x05, getStateBlob: 0x0c, setStateBlob: 0x0d, stop: 0x0e } as const
const permanent = 1
const deleteVolatile = 1
const bufferBytes = 4096

const words = (...values: readonly number[]): Uint8Array => {
  const to = new Writer()
  for (const value of values) to.u32(value)
  return to.done()
}

/** swtpm, which can be made what it was when it was new: its permanent state is put back. */
export class FreshSwtpm implements Transport {
  readonly #data: SwtpmTransport
  readonly #control: Socket
  #state: Uint8Array = new Uint8Array(0)

  private constructor({ port }: TpmProcess) {
    this.#data = new SwtpmTransport({ kind: 'tcp', host: '127.0.0.1', port })
    this.#control = connect({ host: '127.0.0.1', port: port + 1, noDelay: true })
  }

  static async over(swtpm: TpmProcess): Promise<FreshSwtpm> {
    const fresh = new FreshSwtpm(swtpm)
    await once(fresh.#control, 'connect')
    const head = await fresh.#ask(words(command.getStateBlob, 0, permanent, 0), 16)
    const size = new DataView(head.buffer, head.byteOffset).getUint32(12)
    fresh.#state = await fresh.#read(size)
    return fresh
  }

  /** What it was when it was new, powered on and started up. */
  async renew(): Promise<void> {
    await this.powerCycle()
    await this.moveTo(0)
    await new TpmClient(this).run(Startup, {}, { startupType: SU.clear })
  }

  /** What it was when it was new; TPM2_Startup is next. */
  async powerCycle(): Promise<void> {
    await this.#done(words(command.stop))
    await this.#done(concat(words(command.setStateBlob, 0, permanent, this.#state.length), this.#state))
    await this.#done(words(command.init, deleteVolatile))
  }

  /** Sends what follows from this locality. */
  moveTo(locality: number): Promise<void> {
    return this.#done(concat(words(command.setLocality), Uint8Array.of(locality)))
  }

  /** As when the power goes and comes back; TPM2_Startup is next. */
  async losePower(): Promise<void> {
    await this.#done(words(command.stop))
    await this.#done(words(command.init, 0))
  }

  /** It asks for the first use of a protected authorization to be sent again, whatever it is. */
  async transmit(sent: Uint8Array): Promise<Uint8Array> {
    const answer = await this.#data.transmit(sent)
    // It takes what is longer than its buffer for the next command.
    if (sent.length > bufferBytes) this.#data.close()
    const rc = new DataView(answer.buffer, answer.byteOffset).getUint32(6)
    return rc === RC.retry ? this.#data.transmit(sent) : answer
  }

  close(): void {
    this.#data.close()
    this.#control.destroy()
  }

  async #done(request: Uint8Array): Promise<void> {
    const result = await this.#ask(request, 4)
    if (result.some((byte) => byte !== 0)) throw new Error(`swtpm answers ${result.join(' ')} on its control channel`)
  }

  #ask(request: Uint8Array, size: number): Promise<Uint8Array> {
    this.#control.write(request)
    return this.#read(size)
  }

  async #read(size: number): Promise<Uint8Array> {
    for (;;) {
      const answer = this.#control.read(size) as Buffer | null
      if (answer !== null) return new Uint8Array(answer)
      await once(this.#control, 'readable')
    }
  }
}
