import { once } from 'node:events'
import { chmodSync, chownSync, closeSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, Socket } from 'node:net'
import { Writer } from '../../core/bytes/index.ts'
import { CC, ST, SU } from '../../core/tpm/index.ts'
import {
  identityOf,
  isLocal,
  listen,
  openStoredTpm,
  ReceivingSocket,
  SerialTpm,
  SwtpmSockets,
} from '../channel/index.ts'
import { rehearse } from '../vtpm/index.ts'
import { type Outlet, type Place, type SwtpmOptions } from './swtpm-options.ts'
import { UsageError } from './usage-error.ts'

const startupBytes = 12
const startupType = { clear: SU.clear, state: SU.state } as const
const maxClients = 16

/** Something serves until it is closed. */
interface Open {
  close(): unknown
}

/** Serves the TPM of a folder until it is told to end, or what it lives with has ended. Calls `onReady` when all listen. */
export async function serveSwtpmPlaces(
  options: SwtpmOptions,
  keys: { readonly key: Uint8Array; readonly blobKey: Uint8Array | undefined },
  onReady: () => void,
): Promise<void> {
  const stored = await openStoredTpm({ folder: options.folder, ...keys })
  const serial = new SerialTpm(stored.tpm)
  const ended = new AbortController()
  const end = (): void => {
    ended.abort()
  }
  const stopped = once(ended.signal, 'abort')
  const sockets = new SwtpmSockets(serial, {
    identity: identityOf(),
    mover: stored.mover,
    highestLocality: options.highestLocality,
    disconnects: options.disconnects,
    onShutdown: end,
    onDataEnd: options.endsWith.data || options.data?.kind === 'connected' ? end : undefined,
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end)
  const open: Open[] = []
  try {
    if (!options.needsInit) stored.mover.powerOn()
    if (options.startup !== undefined) await serial.execute(startup(options.startup), 0)
    const serveData = (socket: Socket): void => {
      sockets.serveData(socket)
    }
    const serveControl = (socket: Socket): void => {
      if (options.endsWith.control) socket.once('close', end)
      sockets.serveControl(socket)
    }
    if (options.data !== undefined) open.push(await openPlace(options.data, serveData, false))
    if (options.control !== undefined) open.push(await openPlace(options.control, serveControl, true))
    if (options.pid !== undefined) writePid(options.pid)
    onReady()
    await rehearse(ended.signal)
    await stopped
  } finally {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, end)
    for (const each of open) await each.close()
    sockets.handedOver.close()
    await serial.powerOff()
    await stored.close()
    if (options.pid !== undefined && 'path' in options.pid) rmSync(options.pid.path, { force: true })
  }
}

function startup(type: 'clear' | 'state'): Uint8Array {
  return new Writer().u16(ST.noSessions).u32(startupBytes).u32(CC.Startup).u16(startupType[type]).done()
}

/** `receiving`: machines may pass sockets along. */
async function openPlace(place: Place, serve: (socket: Socket) => void, receiving: boolean): Promise<Open> {
  switch (place.kind) {
    case 'tcp': {
      if (!isLocal(place))
        throw new UsageError(`${place.host}: these sockets know no client; only a loopback address or a unix socket`)
      return listen(place, serve, { maxConnections: maxClients })
    }
    case 'unix': {
      const { path, access } = place
      const listener = await listen({ kind: 'unix', path }, serve, { receiving, maxConnections: maxClients })
      if (access.uid !== undefined || access.gid !== undefined) chownSync(path, access.uid ?? -1, access.gid ?? -1)
      if (access.mode !== undefined) chmodSync(path, access.mode)
      return listener
    }
    case 'connected': {
      const socket = connectedSocket(place.fd, receiving)
      serve(socket)
      return { close: () => socket.destroy() }
    }
    case 'listening': {
      const server = createServer({ pauseOnConnect: receiving }, (accepted) => {
        const served = receiving ? new ReceivingSocket(accepted) : accepted
        // A client that vanishes is an ordinary end.
        served.on('error', () => served.destroy())
        serve(served)
      })
      server.listen({ fd: place.fd })
      await once(server, 'listening')
      return { close: () => server.close() }
    }
  }
}

function connectedSocket(fd: number, receiving: boolean): Socket {
  const socket = new Socket({ fd, readable: !receiving, writable: true })
  const served = receiving ? new ReceivingSocket(socket) : socket
  served.on('error', () => served.destroy())
  return served
}

function writePid(outlet: Outlet): void {
  writeFileSync('path' in outlet ? outlet.path : outlet.fd, `${process.pid}`)
  if ('fd' in outlet) closeSync(outlet.fd)
}
