import { existsSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { LineReader } from './line-reader.ts'

/** Counts how often a machine is reset, as QEMU tells it on a QMP socket that nobody else uses. */
export class ResetWatch {
  readonly #path: string
  readonly #isRunning: () => boolean
  #socket: Socket | undefined
  #resets = 0

  constructor(path: string, isRunning: () => boolean) {
    this.#path = path
    this.#isRunning = isRunning
  }

  /** Resolves when no reset can be missed any more. */
  async begin(): Promise<void> {
    while (!existsSync(this.#path)) {
      if (!this.#isRunning()) return
      await new Promise(setImmediate)
    }
    this.#socket = connect({ path: this.#path })
    this.#socket.on('error', () => this.#socket?.destroy())
    const lines = new LineReader(this.#socket)
    this.#socket.write('{"execute":"qmp_capabilities"}\n')
    for (let line = await lines.next(); line?.startsWith('{"return"') === false;) line = await lines.next()
    void this.#count(lines)
  }

  get resets(): number {
    return this.#resets
  }

  async #count(lines: LineReader): Promise<void> {
    for (let line = await lines.next(); line !== undefined; line = await lines.next())
      if ((JSON.parse(line) as { readonly event?: string }).event === 'RESET') this.#resets++
  }
}
