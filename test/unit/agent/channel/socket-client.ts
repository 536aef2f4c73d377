import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { concat, fromHex, toHex } from '../../../../core/bytes/index.ts'
import { type Endpoint } from '../../../../agent/sockets/endpoint.ts'

/** A client that writes bytes and waits for as many as it expects. */
export class SocketClient {
  readonly socket: Socket
  #received: Uint8Array = new Uint8Array(0)
  readonly #closed: Promise<unknown>

  constructor(socket: Socket) {
    this.socket = socket
    this.#closed = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      this.#received = concat(this.#received, chunk)
    })
  }

  static async to(endpoint: Endpoint): Promise<SocketClient> {
    const socket =
      endpoint.kind === 'tcp' ? connect({ host: endpoint.host, port: endpoint.port }) : connect({ path: endpoint.path })
    const client = new SocketClient(socket)
    await once(socket, 'connect')
    return client
  }

  send(bytes: Uint8Array | string): void {
    this.socket.write(typeof bytes === 'string' ? fromHex(bytes) : bytes)
  }

  /** The next `size` bytes that arrive, as hexadecimal. */
  async receive(size: number): Promise<string> {
    while (this.#received.length < size) await once(this.socket, 'data')
    const taken = this.#received.slice(0, size)
    this.#received = this.#received.slice(size)
    return toHex(taken)
  }

  /** Sends and waits for an answer of this size. */
  async ask(bytes: Uint8Array | string, size: number): Promise<string> {
    this.send(bytes)
    return this.receive(size)
  }

  /** Resolves when the other side has closed. */
  async closed(): Promise<string> {
    await this.#closed
    return toHex(this.#received)
  }

  close(): void {
    this.socket.destroy()
  }
}
