import { existsSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { LineReader } from './line-reader.ts'

/** Counts how often a machine is reset, as QEMU tells it on a QMP socket that nobody else uses. */
export class ResetWatch {
  readonly #path: string
  readonly #isRunning: () => boolean
  #resets = 0

  constructor(path: string, isRunning: () => boolean) {
    this.#path = path
    this.#isRunning = isRunning
  }

  /** Resolves when no reset can be missed any more. */
  async begin(): Promise<void> {
    const socket = await this.#reached()
    if (socket === undefined) return
    const lines = new LineReader(socket)
    socket.write('{"execute":"qmp_capabilities"}\n')
    for (let line = await lines.next(); line?.startsWith('{"return"') === false;) line = await lines.next()
    void this.#count(lines)
  }

  /** QEMU's socket, once it listens: its file is there a moment before. Undefined if QEMU ended. */
  async #reached(): Promise<Socket | undefined> {
    while (this.#isRunning()) {
      await new Promise(setImmediate)
      if (!existsSync(this.#path)) continue
      const socket = connect({ path: this.#path })
      const isThere = await new Promise<boolean>((resolve) => {
        socket.once('connect', () => {
          resolve(true)
        })
        socket.on('error', () => {
          resolve(false)
        })
      })
      if (isThere) return socket
    }
    return undefined
  }

  get resets(): number {
    return this.#resets
  }

  async #count(lines: LineReader): Promise<void> {
    for (let line = await lines.next(); line !== undefined; line = await lines.next())
      if ((JSON.parse(line) as { readonly event?: string }).event === 'RESET') this.#resets++
  }
}
