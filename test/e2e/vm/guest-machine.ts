import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Guest } from '../../vm/guest.ts'
import { type GuestOrder } from '../../vm/qemu-arguments.ts'
import { ownTpm } from '../../vm/tpm-backends.ts'
import { runAgent, type AgentEnded } from '../flow/agent-process.ts'

/**
 * A machine of QEMU whose firmware measures into the TPM that `tpm serve` presents. The agent runs beside it, as it would run
 * inside: it has the machine's TPM, its logs and what its kernel was told.
 */
export class GuestMachine {
  readonly #folder: string
  #starts = 0

  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true })
  }

  get state(): string {
    return join(this.#folder, 'agent')
  }

  /** Enrols the machine with its TPM, before its first start. */
  async enrol(joinToken: string): Promise<AgentEnded> {
    const tpm = await ownTpm(join(this.#folder, 'tpm'))
    try {
      return await runAgent(['enrol', ...this.#machine, '--token-file', '-'], { input: joinToken })
    } finally {
      await tpm.process.end('SIGTERM')
    }
  }

  /** Starts the machine and, once its system runs, asks for its keys. */
  async start(order: GuestOrder, ...more: readonly string[]): Promise<AgentEnded> {
    const tpm = await ownTpm(join(this.#folder, 'tpm'))
    const guest = await Guest.start(order, join(this.#folder, `start-${(this.#starts += 1)}`), tpm.control)
    try {
      const { log, commandLine } = await guest.booted()
      const logs = { 'event-log': log, 'userspace-log': new Uint8Array(0), 'command-line': `${commandLine}\n` }
      const options = Object.entries(logs).flatMap(([name, content]) => {
        writeFileSync(join(this.#folder, name), content)
        return [`--${name}`, join(this.#folder, name)]
      })
      return await runAgent(['unlock', ...this.#machine, ...options, '--test', '--json', ...more])
    } finally {
      await guest.kill()
      await tpm.process.end('SIGTERM')
    }
  }

  get #machine(): readonly string[] {
    return ['--state', this.state, '--tpm', `swtpm:unix:${join(this.#folder, 'tpm', 'data')}`]
  }
}
