import { connect, type Socket } from 'node:net'
import { type Transport } from '../../core/tpm/index.ts'
import { type Endpoint } from '../sockets/index.ts'
import { MessageSplitter } from './message-splitter.ts'
import { TransportError } from './transport-error.ts'

/**
 * A TPM behind a data socket of swtpm's protocol. The connection is made with the first command and kept; commands
 * given at the same time take turns.
 */
export class SwtpmTransport implements Transport {
  readonly #endpoint: Endpoint
  #socket: Socket | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(data: Endpoint) {
    this.#endpoint = data
  }

  /** @throws TransportError */
  transmit(command: Uint8Array): Promise<Uint8Array> {
    const response = this.#last.then(() => this.#exchange(command))
    this.#last = response.catch(() => undefined)
    return response
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = undefined
  }

  #exchange(command: Uint8Array): Promise<Uint8Array> {
    const socket = this.#connected()
    const splitter = new MessageSplitter()
    return new Promise((resolve, reject) => {
      const settle = (error: Error | undefined, response?: Uint8Array): void => {
        socket.off('data', onData).off('error', onError).off('close', onClose).unref()
        if (error === undefined && response !== undefined) resolve(response)
        else {
          this.close()
          reject(error ?? new TransportError('the TPM answered with more than a response'))
        }
      }
      const onData = (chunk: Uint8Array): void => {
        splitter.push(chunk)
        const response = splitter.next()
        if (response !== undefined) settle(undefined, splitter.lost || splitter.waiting ? undefined : response)
      }
      const onError = (cause: Error): void => {
        settle(new TransportError(`no connection to the TPM (${cause.message})`, { cause }))
      }
      const onClose = (): void => {
        settle(new TransportError('the TPM closed the connection'))
      }
      socket.on('data', onData).on('error', onError).on('close', onClose)
      socket.ref().write(command)
    })
  }

  #connected(): Socket {
    if (this.#socket !== undefined && !this.#socket.destroyed) return this.#socket
    const socket =
      this.#endpoint.kind === 'tcp'
        ? connect({ host: this.#endpoint.host, port: this.#endpoint.port, noDelay: true })
        : connect({ path: this.#endpoint.path })
    // Between two commands nobody else listens; the next one makes a new connection.
    socket.on('error', () => socket.destroy())
    this.#socket = socket
    return socket
  }
}
