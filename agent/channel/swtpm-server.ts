import { type Socket } from 'node:net'
import { type Endpoint, listen } from '../sockets/index.ts'
import { type SerialTpm } from './serial-tpm.ts'
import { type SwtpmPresence, SwtpmSockets } from './swtpm-sockets.ts'

/** A running pair of swtpm's sockets; without one for data, machines hand theirs over on the control channel. */
export interface SwtpmServer<Data extends Endpoint | undefined = Endpoint> {
  readonly data: Data
  readonly control: Endpoint
  /** Who is connected now, to either. */
  readonly connections: number
  /** Accepts nobody any more; resolves when everybody who is connected has gone. */
  leave(): Promise<void>
  close(): Promise<void>
}

export interface SwtpmServerOptions<Data extends Endpoint | undefined = Endpoint> extends SwtpmPresence {
  readonly data: Data
  readonly control: Endpoint
  /** To each socket at a time. */
  readonly maxConnections?: number
}

/** Presents a TPM by the data and control sockets of swtpm, as libtss2-tcti-swtpm and QEMU expect them. */
export async function serveSwtpm<Data extends Endpoint | undefined>(
  tpm: SerialTpm,
  options: SwtpmServerOptions<Data>,
): Promise<SwtpmServer<Data>> {
  const sockets = new SwtpmSockets(tpm, options)
  const { handedOver } = sockets
  const bounds = options.maxConnections === undefined ? {} : { maxConnections: options.maxConnections }
  const serveData = (socket: Socket): void => {
    sockets.serveData(socket)
  }
  const data = options.data === undefined ? undefined : await listen(options.data, serveData, bounds)
  try {
    const control = await listen(
      options.control,
      (socket) => {
        sockets.serveControl(socket)
      },
      { receiving: true, ...bounds },
    )
    return {
      data: data?.endpoint as Data,
      control: control.endpoint,
      get connections() {
        return (data?.connections ?? 0) + control.connections + (handedOver.isServing ? 1 : 0)
      },
      async leave() {
        await Promise.all([data?.leave(), control.leave(), handedOver.ended])
      },
      async close() {
        handedOver.close()
        await Promise.all([data?.close(), control.close()])
      },
    }
  } catch (error) {
    await data?.close()
    throw error
  }
}
