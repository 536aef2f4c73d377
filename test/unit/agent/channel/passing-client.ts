import { once } from 'node:events'
import { createServer, Socket } from 'node:net'
import { fromHex } from '../../../../core/bytes/index.ts'
import { type UnixEndpoint } from '../../../../agent/sockets/endpoint.ts'
import { SocketClient } from './socket-client.ts'

/** Node's own beneath its sockets, for what a program in C does by sendmsg (SCM_RIGHTS, unix(7)). */
interface PipeHandle {
  writeUtf8String(request: { oncomplete?: () => void }, text: string, passed: unknown): number
}
interface Internals {
  binding(name: 'stream_wrap'): { readonly WriteWrap: new () => { oncomplete?: () => void } }
  binding(name: 'pipe_wrap'): { readonly Pipe: new (type: number) => PipeHandle; readonly constants: { IPC: number } }
}
const internals = process as unknown as Internals

/** Two connected sockets, as of socketpair(2): one to keep, one to pass on. */
export async function socketPair(path: string): Promise<{ readonly kept: SocketClient; readonly passed: Socket }> {
  const server = createServer({ pauseOnConnect: true }).listen(path)
  await once(server, 'listening')
  const accepted = once(server, 'connection')
  const kept = await SocketClient.to({ kind: 'unix', path })
  const [passed] = (await accepted) as [Socket]
  server.close()
  return { kept, passed }
}

/** A client that can pass sockets. */
export class PassingClient extends SocketClient {
  readonly #handle: PipeHandle

  private constructor(socket: Socket, handle: PipeHandle) {
    super(socket)
    this.#handle = handle
  }

  static override async to(endpoint: UnixEndpoint): Promise<PassingClient> {
    const { Pipe, constants } = internals.binding('pipe_wrap')
    const handle = new Pipe(constants.IPC)
    const socket = new Socket({ handle, manualStart: true } as object)
    socket.connect({ path: endpoint.path })
    await once(socket, 'connect')
    return new PassingClient(socket, handle)
  }

  /** Sends bytes and, beside them, a socket, which is closed on this side then. */
  async pass(request: string, passed: Socket): Promise<void> {
    const { WriteWrap } = internals.binding('stream_wrap')
    const write = new WriteWrap()
    const { _handle: handle } = passed as unknown as { readonly _handle: unknown }
    const written = new Promise<void>((resolve) => {
      write.oncomplete = resolve
    })
    this.#handle.writeUtf8String(write, new TextDecoder().decode(fromHex(request)), handle)
    await written
    passed.destroy()
  }
}
