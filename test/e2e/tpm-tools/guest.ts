import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'

/** What SeaBIOS says on its debug port when it has measured everything and found no disk. */
const bootedText = 'No bootable device'

/** A virtual machine of QEMU without disks, whose firmware measures into the TPM behind swtpm's control socket. */
export class Guest {
  readonly #child: ChildProcess
  readonly #qmp: string
  #said = ''
  #onNews: () => void = () => undefined

  /** `more` are further options of QEMU. */
  constructor(folder: string, device: string, control: string, more: readonly string[] = []) {
    this.#qmp = join(folder, 'qmp')
    const machine = ['-machine', 'q35', '-accel', 'tcg', '-m', '64', '-nodefaults', '-display', 'none']
    const firmware = ['-chardev', 'stdio,id=said,signal=off', '-device', 'isa-debugcon,iobase=0x402,chardev=said']
    const tpm = ['-chardev', `socket,id=tpm,path=${control}`, '-tpmdev', 'emulator,id=tpm0,chardev=tpm']
    this.#child = spawn(
      'qemu-system-x86_64',
      [
        ...machine,
        ...firmware,
        ...tpm,
        '-device',
        `${device},tpmdev=tpm0`,
        '-qmp',
        `unix:${this.#qmp},server=on,wait=off`,
        ...more,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#said += chunk.toString()
      this.#onNews()
    })
    this.#child.once('exit', () => {
      this.#onNews()
    })
  }

  /** Waits until the firmware has come to its end for the n-th time. */
  async booted(times: number): Promise<void> {
    while (this.#said.split(bootedText).length <= times) {
      if (this.#child.exitCode !== null) throw new Error(`QEMU ended: ${this.#said}`)
      await new Promise<void>((resolve) => (this.#onNews = resolve))
    }
  }

  /** Waits until it can be told something. */
  async ready(): Promise<void> {
    while (!existsSync(this.#qmp)) {
      if (this.#child.exitCode !== null) throw new Error(`QEMU ended: ${this.#said}`)
      await new Promise(setImmediate)
    }
  }

  /** What QEMU returns once it has done it. */
  async tell(execute: string, parameters: object = {}): Promise<unknown> {
    const socket = connect({ path: this.#qmp })
    for (const each of [{ execute: 'qmp_capabilities' }, { execute, arguments: parameters }])
      socket.write(`${JSON.stringify(each)}\n`)
    let answered = ''
    try {
      for await (const chunk of socket) {
        answered += (chunk as Buffer).toString()
        const results = answered
          .split('\n')
          .slice(0, -1)
          .filter((line) => /^\{"(return|error)"/.test(line))
        if (results[1] !== undefined) return resultOf(results[1])
      }
    } finally {
      socket.destroy()
    }
    throw new Error(`QEMU ended the connection: ${answered}`)
  }

  /** What QEMU's own monitor prints; nothing where all went well. */
  async monitor(line: string): Promise<unknown> {
    return this.tell('human-monitor-command', { 'command-line': line })
  }

  /** Resolves with its exit code, or the signal that ended it. */
  async ended(signal?: NodeJS.Signals): Promise<number | string | null> {
    const { exitCode, signalCode } = this.#child
    if (exitCode === null && signalCode === null) {
      const exit = once(this.#child, 'exit')
      if (signal !== undefined) this.#child.kill(signal)
      await exit
    }
    return this.#child.exitCode ?? this.#child.signalCode
  }
}

function resultOf(line: string): unknown {
  const result = JSON.parse(line) as { readonly return?: unknown; readonly error?: unknown }
  if (result.error !== undefined) throw new Error(line)
  return result.return
}
