import { once } from 'node:events'
import { type Socket } from 'node:net'

/** The data connection that a machine handed over on the control channel (SET_DATAFD); there is one at a time. */
export class HandedOverData {
  readonly #serve: (socket: Socket) => void
  #socket: Socket | undefined

  constructor(serve: (socket: Socket) => void) {
    this.#serve = serve
  }

  /** Serves it until it ends; false, and nothing happens, while another is served. */
  serve(socket: Socket): boolean {
    if (this.#socket !== undefined) return false
    this.#socket = socket
    socket.once('close', () => {
      this.#socket = undefined
    })
    this.#serve(socket)
    return true
  }

  get isServing(): boolean {
    return this.#socket !== undefined
  }

  /** When the one that is served now has ended. */
  get ended(): Promise<unknown> {
    return this.#socket === undefined ? Promise.resolve() : once(this.#socket, 'close')
  }

  close(): void {
    this.#socket?.destroy()
  }
}
