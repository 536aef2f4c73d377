import { toHex } from '../../../../core/bytes/index.ts'
import { type VirtualTpm } from '../../../../agent/channel/virtual-tpm.ts'

/** What a TPM without power answers to anything. */
export const failure = Uint8Array.of(0x80, 0x01, 0, 0, 0, 10, 0, 0, 1, 1)

/**
 * A whole TPM for these tests: answers each command with its own bytes and keeps a list of what was asked of it.
 * Commands whose code is 0x173 are long: they end when the test says so, or soon where nobody will.
 */
export class RecordingTpm implements VirtualTpm {
  readonly asked: string[] = []
  powered = false
  tpmEstablished = false
  /** Where any bytes may come, a long command among them. */
  finishesLong = false
  #finish: (() => void) | undefined

  powerOn(): void {
    this.asked.push('powerOn')
    this.powered = true
  }

  powerOff(): void {
    this.asked.push('powerOff')
    this.powered = false
    this.finish()
  }

  execute(command: Uint8Array, locality: number): Uint8Array | Promise<Uint8Array> {
    this.asked.push(`execute ${toHex(command)} ${locality}`)
    if (!this.powered) return failure
    if (!isLong(command)) return command
    return new Promise((resolve) => {
      this.#finish = () => {
        this.asked.push('finished')
        resolve(this.powered ? command : failure)
      }
      if (this.finishesLong) setImmediate(this.#finish)
    })
  }

  /** Ends the long command that runs. */
  finish(): void {
    const finish = this.#finish
    this.#finish = undefined
    finish?.()
  }

  get runsLong(): boolean {
    return this.#finish !== undefined
  }

  cancel(): void {
    this.asked.push('cancel')
    this.finish()
  }

  hashStart(locality: number): void {
    this.asked.push(`hashStart ${locality}`)
  }

  hashData(bytes: Uint8Array): void {
    this.asked.push(`hashData ${toHex(bytes)}`)
  }

  hashEnd(locality: number): void {
    this.asked.push(`hashEnd ${locality}`)
    this.tpmEstablished = true
  }

  resetEstablished(locality: number): void {
    this.asked.push(`resetEstablished ${locality}`)
    this.tpmEstablished = false
  }
}

/** A command of ten bytes and more: the code, then the parameters. */
export function commandBytes(code: number, ...parameters: readonly number[]): Uint8Array {
  return Uint8Array.of(0x80, 0x01, 0, 0, 0, 10 + parameters.length, 0, 0, code >> 8, code & 0xff, ...parameters)
}

export const longCommand = commandBytes(0x173)

function isLong(command: Uint8Array): boolean {
  return command[8] === 0x01 && command[9] === 0x73
}
