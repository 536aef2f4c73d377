import { once } from 'node:events'
import { closeSync, rmSync, writeFileSync } from 'node:fs'
import {
  failureLine,
  identityOf,
  openStoredTpm,
  SerialTpm,
  startUp,
  swtpmNames,
  SwtpmSockets,
} from '../channel/index.ts'
import { rehearse } from '../vtpm/index.ts'
import { type OpenPlaces } from './open-place.ts'
import { type Outlet, type SwtpmOptions } from './swtpm-options.ts'

/**
 * Serves the TPM of a folder to who comes to the places, until it is told to end, or what it lives with has ended. Calls
 * `onReady` when it does, and says why where the TPM fails.
 */
export async function serveSwtpmPlaces(
  options: SwtpmOptions,
  places: OpenPlaces,
  keys: { readonly key: Uint8Array; readonly blobKey: Uint8Array | undefined },
  { onReady, say }: { readonly onReady: () => void; readonly say: (text: string) => void },
): Promise<void> {
  const stored = await openStoredTpm({
    folder: options.folder,
    names: swtpmNames,
    ...keys,
    onFailure: (error) => {
      say(failureLine(error))
    },
  })
  const serial = new SerialTpm(stored.tpm)
  const ended = new AbortController()
  const end = (): void => {
    ended.abort()
  }
  const stopped = once(ended.signal, 'abort')
  const sockets = new SwtpmSockets(serial, {
    identity: identityOf(),
    mover: stored.mover,
    hasMigrationKey: keys.blobKey !== undefined,
    highestLocality: options.highestLocality,
    allowsSetLocality: options.allowsSetLocality,
    disconnects: options.disconnects,
    onShutdown: end,
    onDataEnd: options.endsWith.data || options.data?.kind === 'connected' ? end : undefined,
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end)
  try {
    if (!options.needsInit) stored.mover.powerOn()
    // As with swtpm, one that the TPM refuses is the client's to notice
    if (options.startup !== undefined) await startUp(serial, options.startup)
    places.data?.serve((socket) => {
      sockets.serveData(socket)
    })
    places.control?.serve((socket) => {
      if (options.endsWith.control) socket.once('close', end)
      sockets.serveControl(socket)
    })
    if (options.pid !== undefined) writePid(options.pid)
    onReady()
    await rehearse(ended.signal)
    await stopped
  } finally {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, end)
    await places.close()
    sockets.handedOver.close()
    await serial.powerOff()
    await stored.close()
    if (options.pid !== undefined && 'path' in options.pid) rmSync(options.pid.path, { force: true })
  }
}

function writePid(outlet: Outlet): void {
  writeFileSync('path' in outlet ? outlet.path : outlet.fd, `${process.pid}`)
  if ('fd' in outlet) closeSync(outlet.fd)
}
