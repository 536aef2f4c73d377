import { once } from 'node:events'
import { chmodSync, chownSync } from 'node:fs'
import { createServer, Socket } from 'node:net'
import { isLocal, listen, ReceivingSocket } from '../sockets/index.ts'
import { type Place, type SwtpmOptions } from './swtpm-options.ts'
import { UsageError } from './usage-error.ts'

type Serve = (socket: Socket) => void

/** Where clients come to; they wait until somebody serves them. */
interface OpenPlace {
  serve(serve: Serve): void
  close(): Promise<unknown>
}

/** The places of one TPM. */
export interface OpenPlaces {
  readonly data: OpenPlace | undefined
  readonly control: OpenPlace | undefined
  close(): Promise<void>
}

const maxClients = 16

/**
 * Opens the places before there is a TPM behind them: libvirt gives up where no socket shows within a second.
 * @throws UsageError; Error of the system.
 */
export async function openPlaces({ data, control }: Pick<SwtpmOptions, 'data' | 'control'>): Promise<OpenPlaces> {
  const open: OpenPlace[] = []
  const close = async (): Promise<void> => {
    for (const each of open) await each.close()
  }
  const opened = async (place: Place | undefined, receiving: boolean): Promise<OpenPlace | undefined> => {
    if (place === undefined) return undefined
    const each = await openPlace(place, receiving)
    open.push(each)
    return each
  }
  try {
    return { data: await opened(data, false), control: await opened(control, true), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** `receiving`: machines may pass sockets along. */
async function openPlace(place: Place, receiving: boolean): Promise<OpenPlace> {
  const { come, serve } = waitingRoom()
  switch (place.kind) {
    case 'tcp': {
      if (!isLocal(place))
        throw new UsageError(`${place.host}: these sockets know no client; only a loopback address or a unix socket`)
      const listener = await listen(place, come, { maxConnections: maxClients })
      return { serve, close: () => listener.close() }
    }
    case 'unix': {
      const { path, access } = place
      const listener = await listen({ kind: 'unix', path }, come, { receiving, maxConnections: maxClients })
      if (access.uid !== undefined || access.gid !== undefined) chownSync(path, access.uid ?? -1, access.gid ?? -1)
      if (access.mode !== undefined) chmodSync(path, access.mode)
      return { serve, close: () => listener.close() }
    }
    case 'connected': {
      const socket = connectedSocket(place.fd, receiving)
      come(socket)
      return { serve, close: () => Promise.resolve(socket.destroy()) }
    }
    case 'listening': {
      const server = createServer({ pauseOnConnect: receiving }, (accepted) => {
        const served = receiving ? new ReceivingSocket(accepted) : accepted
        // A client that vanishes is an ordinary end.
        served.on('error', () => served.destroy())
        come(served)
      })
      server.listen({ fd: place.fd })
      await once(server, 'listening')
      return { serve, close: () => Promise.resolve(server.close()) }
    }
  }
}

function waitingRoom(): { readonly come: Serve; readonly serve: (serve: Serve) => void } {
  const waiting: Socket[] = []
  let come: Serve = (socket) => waiting.push(socket)
  return {
    come: (socket) => {
      come(socket)
    },
    serve(serve) {
      come = serve
      for (const socket of waiting.splice(0)) serve(socket)
    },
  }
}

function connectedSocket(fd: number, receiving: boolean): Socket {
  const socket = new Socket({ fd, readable: !receiving, writable: true })
  const served = receiving ? new ReceivingSocket(socket) : socket
  served.on('error', () => served.destroy())
  return served
}
