import { connect, type Socket } from 'node:net'
import { type Transport } from '../../core/tpm/index.ts'

const sizeOffset = 2
const headerBytes = 10

/**
 * One connection to a data socket that counts the time from writing a command to having its whole answer: what a client
 * computes before and after, the same for every TPM, does not dilute the ratios.
 */
export class TimedTransport implements Transport {
  readonly #socket: Socket
  #answered: (response: Uint8Array) => void = () => undefined
  #received = new Uint8Array(0)
  #elapsedNs = 0n

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk) => {
      this.#collect(chunk)
    })
  }

  static async to(port: number): Promise<TimedTransport> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    return new TimedTransport(socket)
  }

  transmit(command: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve) => {
      this.#answered = resolve
      this.#elapsedNs -= process.hrtime.bigint()
      this.#socket.write(command)
    })
  }

  /** The time since the last call, in microseconds. */
  lapUs(): number {
    const us = Number(this.#elapsedNs) / 1000
    this.#elapsedNs = 0n
    return us
  }

  close(): void {
    this.#socket.destroy()
  }

  #collect(chunk: Uint8Array): void {
    const now = process.hrtime.bigint()
    const received = this.#received.length === 0 ? Uint8Array.from(chunk) : Buffer.concat([this.#received, chunk])
    if (
      received.length < headerBytes ||
      received.length < new DataView(received.buffer, received.byteOffset).getUint32(sizeOffset)
    ) {
      this.#received = received
      return
    }
    this.#received = new Uint8Array(0)
    this.#elapsedNs += now
    this.#answered(received)
  }
}
