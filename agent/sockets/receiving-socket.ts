import { Socket } from 'node:net'

/**
 * What Node's own handle of a pipe offers beneath a Socket. Node has no public way to receive a descriptor over a
 * unix socket from a program other than Node: this file alone knows of these internals (DEP0111).
 */
interface PipeHandle {
  readonly fd: number
  open(fd: number): void
  close(closed?: () => void): void
}
type PipeClass = new (type: number) => PipeHandle

/** PipeConstants.IPC: libuv reads such a pipe by recvmsg and keeps the descriptors that come along. */
const ipcPipe = 2

/** A connection on a unix socket whose other end may pass open sockets along with its bytes (SCM_RIGHTS, unix(7)). */
export class ReceivingSocket extends Socket {
  #passed: Socket | undefined

  /** Takes the place of a connection that was accepted and of which nothing was read (`pauseOnConnect`). */
  constructor(accepted: Socket) {
    const handle = receivingHandle(accepted)
    super({ handle } as object)
    // libuv's wrapper sets it before the bytes that it came with are read.
    Object.defineProperty(handle, 'pendingHandle', {
      set: (pending: PipeHandle | undefined) => {
        if (pending !== undefined) this.#keep(pending)
      },
    })
    this.once('close', () => this.#passed?.destroy())
  }

  /** The socket that was passed and not taken; there is one at a time, others are closed when they come. */
  takePassed(): Socket | undefined {
    const passed = this.#passed
    this.#passed = undefined
    return passed
  }

  #keep(pending: PipeHandle): void {
    if (this.#passed !== undefined || !('readStart' in pending)) {
      pending.close()
      return
    }
    const passed = new Socket({ handle: pending, manualStart: true } as object)
    passed.on('error', () => passed.destroy())
    this.#passed = passed
  }
}

/** A second handle of the same descriptor. Both are closed within one call, before the number can mean another file. */
function receivingHandle(accepted: Socket): PipeHandle {
  const { _handle: first } = accepted as unknown as { readonly _handle: PipeHandle }
  const Pipe = first.constructor as PipeClass
  const handle = new Pipe(ipcPipe)
  handle.open(first.fd)
  const close = handle.close.bind(handle)
  handle.close = (closed) => {
    close(closed)
    accepted.destroy()
  }
  return handle
}
