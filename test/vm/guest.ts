import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { type Readable, type Writable } from 'node:stream'
import { type Transport } from '../../core/tpm/index.ts'
import { elapsed } from './elapsed.ts'
import { bootLimitMs, GuestPort } from './guest-port.ts'
import { LineReader } from './line-reader.ts'
import { firstVariables, type GuestOrder, type GuestSockets, qemuArguments } from './qemu-arguments.ts'
import { type GuestReport } from './report.ts'
import { ResetWatch } from './reset-watch.ts'

/** A running virtual machine; whoever starts it ends it. */
export class Guest {
  readonly #child: ChildProcess
  readonly #sockets: GuestSockets
  readonly #port: GuestPort
  readonly #watch: ResetWatch
  #complaints = ''

  private constructor(order: GuestOrder, sockets: GuestSockets, more: readonly string[]) {
    this.#sockets = sockets
    this.#child = spawn('qemu-system-x86_64', [...qemuArguments(order, sockets), ...more], {
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    this.#port = new GuestPort(this.#child.stdout as Readable, this.#child.stdin as Writable, () => this.#silence())
    this.#watch = new ResetWatch(sockets.events, () => this.#child.exitCode === null)
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#complaints += chunk.toString()))
  }

  /** Switches a machine on; its files go to `folder`, and it drives the TPM behind swtpm's control socket. */
  static async start(order: GuestOrder, folder: string, tpm: string, more: readonly string[] = []): Promise<Guest> {
    await mkdir(folder, { recursive: true })
    const at = (name: string): string => join(folder, name)
    if (!existsSync(at('variables'))) await copyFile(firstVariables(order), at('variables'))
    const sockets = { tpm, ...{ variables: at('variables'), qmp: at('qmp'), events: at('events') } }
    const guest = new Guest(order, { ...sockets, console: at('console') }, more)
    await guest.#watch.begin()
    return guest
  }

  /** The file of the firmware's variables. */
  get variables(): string {
    return this.#sockets.variables
  }

  /** How often it was reset, from within or by its firmware. */
  get resets(): number {
    return this.#watch.resets
  }

  /** What the system reports when it has started. */
  async booted(): Promise<GuestReport> {
    return this.#port.booted()
  }

  /** Asks for the report again. */
  async report(): Promise<GuestReport> {
    return this.#port.report()
  }

  /** Starts the machine anew from within. */
  reboot(): void {
    this.#port.order('reboot')
  }

  /** Has the system switch off; resolves with QEMU's exit code. */
  async powerOff(): Promise<number | null> {
    this.#port.order('poweroff')
    await this.#ended(bootLimitMs)
    return this.#child.exitCode
  }

  /** The machine's TPM as its system reaches it, without a resource manager between. */
  transport(): Transport {
    return this.#port.transport()
  }

  /** Has QEMU do something (QEMU Machine Protocol); resolves with what it returns. */
  async tell(execute: string, parameters: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const socket = connect({ path: this.#sockets.qmp })
    const answers = new LineReader(socket)
    try {
      for (const order of [{ execute: 'qmp_capabilities' }, { execute, arguments: parameters }]) {
        socket.write(`${JSON.stringify(order)}\n`)
      }
      for (let returned = 0; ;) {
        const line = await answers.next()
        if (line === undefined) throw new Error(`QEMU did not answer to ${execute}`)
        const answer = JSON.parse(line) as { readonly return?: unknown; readonly error?: { readonly desc: string } }
        if (answer.error !== undefined) throw new Error(`${execute}: ${answer.error.desc}`)
        if ('return' in answer && ++returned === 2) return answer.return
      }
    } finally {
      socket.destroy()
    }
  }

  /** Halts the machine and writes all of it to a file, from which `-incoming` continues it; its TPM is in there too. */
  async save(path: string): Promise<void> {
    await this.tell('migrate', { uri: `exec:cat > ${path}` })
    for (let status = ''; status !== 'completed';) {
      const answer = (await this.tell('query-migrate')) as { readonly status?: string; readonly 'error-desc'?: string }
      status = answer.status ?? ''
      if (status === 'failed') throw new Error(`the machine was not saved: ${answer['error-desc'] ?? ''}`)
    }
  }

  /** Resolves when a machine that is continued from a file runs: before, it loses what it is told. */
  async continued(): Promise<void> {
    for (let status = ''; status !== 'running';) {
      await this.#qmpIsThere()
      status = ((await this.tell('query-status')) as { readonly status: string }).status
    }
  }

  async #qmpIsThere(): Promise<void> {
    while (!existsSync(this.#sockets.qmp)) {
      if (this.#child.exitCode !== null) throw new Error(`QEMU ended: ${this.#complaints}`)
      await new Promise(setImmediate)
    }
  }

  /** Ends it at once, if it runs. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended(bootLimitMs)
  }

  async #silence(): Promise<Error> {
    const console = await readFile(this.#sockets.console, 'latin1').catch(() => '')
    return new Error(`the guest fell silent; ${this.#complaints}; its console ends with:\n${console.slice(-2000)}`)
  }

  async #ended(limitMs: number): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const limit = new AbortController()
    const exit = once(this.#child, 'exit').then(() => true)
    const inTime = await Promise.race([exit, elapsed(limitMs, limit.signal)])
    limit.abort()
    if (inTime === undefined) {
      this.#child.kill('SIGKILL')
      throw new Error('QEMU did not end')
    }
  }
}
