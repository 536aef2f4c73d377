import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
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

  constructor(folder: string, device: string, control: string) {
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

  /** Resolves when QEMU has done it. */
  async tell(command: 'system_reset' | 'quit'): Promise<void> {
    const socket = connect({ path: this.#qmp })
    socket.write(`{"execute":"qmp_capabilities"}\n{"execute":"${command}"}\n`)
    let answered = ''
    for await (const chunk of socket) {
      answered += (chunk as Buffer).toString()
      if (answered.split('"return"').length > 2) break
    }
    socket.destroy()
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
