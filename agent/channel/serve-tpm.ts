import { once } from 'node:events'
import { describeSystemError, FolderInUse } from '../config/index.ts'
import { localDisk, type Profile, rehearse, RsaWorkshop, StateFileError, unsyncedDisk } from '../vtpm/index.ts'
import { formatEndpoint } from '../sockets/index.ts'
import { failureLine } from './failure-line.ts'
import { serveGrpc } from './grpc-server.ts'
import { presentMssim } from './mssim-server.ts'
import { SerialTpm } from './serial-tpm.ts'
import { startUp, type StartupType } from './start-up.ts'
import { type Places, placesOf, type ServeOptions, ServeUsageError, profileOf } from './serve-options.ts'
import { KeyFileError, readStateKey } from './state-key-file.ts'
import { openStoredTpm, StateUnusableError, type StoredTpm } from './stored-tpm.ts'
import { serveSwtpm } from './swtpm-server.ts'
import { identityOf } from './tpm-info.ts'

const exitCodes = { failure: 1, usage: 2 } as const

/** Something listens, until it is closed. */
interface Open {
  close(): Promise<void>
}

/**
 * Presents a TPM, powered on and started up only where the options say so, until the process is told to end or a client asks
 * for it. Says on stdout, in one line of JSON, where it is ready.
 */
export async function serveTpm(options: ServeOptions): Promise<void> {
  const [places, profile] = [placesOf(options), profileOf(options)]
  const key = await readStateKey(options.stateKeyFile)
  const stored = await openStoredTpm({
    folder: options.state,
    key,
    profile,
    disk: options.fsync === false ? unsyncedDisk : localDisk,
    work: new RsaWorkshop({ primePool: options.primePool ?? 0 }),
    onFailure: (error) => {
      process.stderr.write(`bootlatch-agent tpm serve: ${failureLine(error)}\n`)
    },
  })
  try {
    await present(stored, places, profile, options.startup)
  } finally {
    await stored.close()
  }
}

/** Why it did not start, in one line; undefined for a mistake of ours. */
export function describeServeFailure(
  error: unknown,
): { readonly message: string; readonly exitCode: number } | undefined {
  if (error instanceof ServeUsageError) return { message: error.message, exitCode: exitCodes.usage }
  const isExpected =
    error instanceof KeyFileError ||
    error instanceof FolderInUse ||
    error instanceof StateUnusableError ||
    error instanceof StateFileError
  const message = isExpected ? error.message : describeSystemError(error)
  return message === undefined ? undefined : { message, exitCode: exitCodes.failure }
}

async function present(
  { tpm, mover }: StoredTpm,
  places: Places,
  profile: Partial<Profile>,
  startup: StartupType | undefined,
): Promise<void> {
  const serial = new SerialTpm(tpm)
  mover.powerOn()
  const ended = new AbortController()
  const end = (): void => {
    ended.abort()
  }
  const stopped = once(ended.signal, 'abort')
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end)
  const open: Open[] = []
  try {
    if (startup !== undefined && !(await startUp(serial, startup)))
      throw new StateUnusableError(`--startup ${startup}: the TPM was not shut down with its state; use clear`)
    const ready: Record<string, unknown> = { ready: true }
    if (places.swtpm !== undefined) {
      const server = await serveSwtpm(serial, {
        ...places.swtpm,
        identity: identityOf(profile),
        mover,
        onShutdown: end,
      })
      open.push(server)
      ready['data'] = formatEndpoint(server.data)
      ready['control'] = formatEndpoint(server.control)
    }
    if (places.mssim !== undefined) {
      const server = await presentMssim(serial, places.mssim, end)
      open.push(server)
      ready['mssim'] = formatEndpoint(server.command)
    }
    if (places.grpc !== undefined) {
      const server = await serveGrpc(serial, places.grpc)
      open.push(server)
      ready['grpc'] = formatEndpoint(server.endpoint)
    }
    process.stdout.write(`${JSON.stringify(ready)}\n`)
    await rehearse(ended.signal)
    await stopped
  } finally {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, end)
    await Promise.all(open.map((each) => each.close()))
    await serial.powerOff()
  }
}
