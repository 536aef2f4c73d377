import { type Readable, type Writable } from 'node:stream'
import { fromHex, toHex } from '../../core/bytes/index.ts'
import { type Transport } from '../../core/tpm/index.ts'
import { elapsed } from './elapsed.ts'
import { LineReader } from './line-reader.ts'
import { type GuestReport, parseReport } from './report.ts'

/** Firmware, loader and system need eight seconds on a quiet machine without KVM, and minutes on a crowded one. */
export const bootLimitMs = 300_000

/** The serial port over which a guest's system (test/vm/init) reports and obeys. */
export class GuestPort {
  readonly #said: LineReader
  readonly #input: Writable
  readonly #silence: () => Promise<Error>

  /** `silence` tells what is known of a guest that says nothing any more. */
  constructor(said: Readable, input: Writable, silence: () => Promise<Error>) {
    this.#said = new LineReader(said)
    this.#input = input
    this.#silence = silence
  }

  /** What the system reports when it has started. */
  async booted(): Promise<GuestReport> {
    while ((await this.#line()) !== 'report') continue
    const lines: string[] = []
    for (let line = await this.#line(); line !== 'end'; line = await this.#line()) lines.push(line)
    return parseReport(lines)
  }

  /** Asks for the report again. */
  async report(): Promise<GuestReport> {
    this.order('report')
    return this.booted()
  }

  /** The machine's TPM as its system reaches it, without a resource manager between. */
  transport(): Transport {
    return {
      transmit: async (command) => {
        this.order(`transmit ${toHex(command)}`)
        const [word, response = ''] = (await this.#line()).split(' ')
        if (word !== 'response') throw new Error(`the guest said ${String(word)} instead of a response`)
        return fromHex(response)
      },
    }
  }

  /** Tells the system what to do. */
  order(text: string): void {
    this.#input.write(`${text}\n`)
  }

  async #line(): Promise<string> {
    const limit = new AbortController()
    const line = await Promise.race([this.#said.next(), elapsed(bootLimitMs, limit.signal)])
    limit.abort()
    if (line === undefined) throw await this.#silence()
    return line
  }
}
