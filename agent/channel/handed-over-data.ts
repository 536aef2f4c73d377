import { once } from 'node:events'
import { type Socket } from 'node:net'
import { type Execute, serveData } from './data-connection.ts'

/** The data connection that a machine handed over on the control channel (SET_DATAFD); there is one at a time. */
export class HandedOverData {
  readonly #execute: Execute
  #socket: Socket | undefined

  constructor(execute: Execute) {
    this.#execute = execute
  }

  /** Serves it until it ends; false, and nothing happens, while another is served. */
  serve(socket: Socket): boolean {
    if (this.#socket !== undefined) return false
    this.#socket = socket
    socket.once('close', () => {
      this.#socket = undefined
    })
    serveData(socket, this.#execute)
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
