import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import { SwtpmTransport } from '../../../agent/channel/index.ts'
import { manufacture, MemoryStorage, Tpm } from '../../../agent/vtpm/index.ts'
import { toHex } from '../../../core/bytes/index.ts'
import { RC, Startup, SU, TpmClient, TpmResponseError, type Transport } from '../../../core/tpm/index.ts'
import { type TpmProcess } from './tpm-process.ts'

const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
const responseCode = (response: Uint8Array): string => toHex(response.slice(6, 10))

/** Sends every command to our TPM and to swtpm, and holds their answers against each other. */
export class Twin implements Transport {
  readonly #ours: Tpm
  readonly #reference: SwtpmTransport
  /** Whether answers must be the same byte for byte, or in size and response code only. */
  exact = true

  private constructor(ours: Tpm, reference: SwtpmTransport) {
    this.#ours = ours
    this.#reference = reference
  }

  static async start(swtpm: TpmProcess): Promise<{ twin: Twin; client: TpmClient }> {
    const storage = new MemoryStorage(manufacture({ random }))
    const ours = Tpm.open({ storage, random, clock: () => performance.now() })
    ours.powerOn()
    const twin = new Twin(ours, new SwtpmTransport({ kind: 'tcp', host: '127.0.0.1', port: swtpm.port }))
    const client = new TpmClient(twin)
    await client.run(Startup, {}, { startupType: SU.clear })
    return { twin, client }
  }

  async transmit(command: Uint8Array): Promise<Uint8Array> {
    const own = await this.#ours.execute(command)
    const known = await this.#reference.transmit(command)
    const sent = `for ${toHex(command)}`
    expect(responseCode(own), sent).to.equal(responseCode(known))
    if (this.exact) expect(toHex(own), sent).to.equal(toHex(known))
    else expect(own.length, sent).to.equal(known.length)
    return own
  }

  close(): void {
    this.#ours.powerOff()
    this.#reference.close()
  }
}

/** The response code of a command, zero where it succeeded. */
export async function codeOf(command: Promise<unknown>): Promise<number> {
  try {
    await command
    return RC.success
  } catch (error) {
    if (error instanceof TpmResponseError) return error.rc
    throw error
  }
}
