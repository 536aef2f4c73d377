import { once } from 'node:events'
import { lstat, unlink } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { type Endpoint } from './endpoint.ts'
import { ReceivingSocket } from './receiving-socket.ts'

/** Connections that one listener serves at a time, where nothing else is said; what comes on top is closed at once. */
const defaultConnections = 64

/** A socket that accepts connections until it is closed. */
export interface Listener {
  /** Where it listens: the port the system chose, where 0 was asked for. */
  readonly endpoint: Endpoint
  /** Who is connected now. */
  readonly connections: number
  /** Accepts nobody any more; resolves when everybody who is connected has gone. */
  leave(): Promise<void>
  /** Accepts nobody any more and cuts off who is connected. */
  close(): Promise<void>
}

/**
 * Listens; a unix socket is open to its owner alone from its first moment, and takes the place of one whose
 * process died. With `receiving`, the connections of a unix socket are ReceivingSockets.
 * @throws Error of the system, with its code
 */
export async function listen(
  endpoint: Endpoint,
  serve: (socket: Socket) => void,
  { receiving = false, maxConnections = defaultConnections } = {},
): Promise<Listener> {
  const sockets = new Set<Socket>()
  const pauseOnConnect = receiving && endpoint.kind === 'unix'
  const server = createServer({ noDelay: true, keepAlive: true, pauseOnConnect }, (accepted) => {
    const socket = pauseOnConnect ? new ReceivingSocket(accepted) : accepted
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    // A client that vanishes is an ordinary end; 'close' follows.
    socket.on('error', () => socket.destroy())
    serve(socket)
  })
  server.maxConnections = maxConnections
  if (endpoint.kind === 'tcp') {
    server.listen({ host: endpoint.host, port: endpoint.port })
    await once(server, 'listening')
  } else {
    await removeDeadSocket(endpoint.path)
    // Bound within the call to listen: no other file is made under this mask.
    const mask = process.umask(0o177)
    try {
      server.listen({ path: endpoint.path })
    } finally {
      process.umask(mask)
    }
    await once(server, 'listening')
  }
  const address = server.address()
  const closed = once(server, 'close')
  return {
    endpoint:
      endpoint.kind === 'tcp' && address !== null && typeof address === 'object'
        ? { ...endpoint, port: address.port }
        : endpoint,
    get connections() {
      return sockets.size
    },
    async leave() {
      if (server.listening) server.close()
      await closed
    },
    async close() {
      if (server.listening) server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

async function removeDeadSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (found?.isSocket() !== true || (await answers(path))) return
  await unlink(path)
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code !== 'ECONNREFUSED')
    })
  })
}
