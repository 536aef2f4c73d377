import { type Socket } from 'node:net'
import { serveControl } from './control-connection.ts'
import { type ControlScope } from './control-commands.ts'
import { type Execute, serveData } from './data-connection.ts'
import { type Endpoint } from './endpoint.ts'
import { HandedOverData } from './handed-over-data.ts'
import { listen } from './listener.ts'
import { type SerialTpm } from './serial-tpm.ts'
import { type TpmIdentity } from './tpm-info.ts'
import { type StateMover } from './state-blobs.ts'
import { maxMessageBytes } from './virtual-tpm.ts'

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

export interface SwtpmServerOptions<Data extends Endpoint | undefined = Endpoint> {
  readonly data: Data
  readonly control: Endpoint
  readonly identity: TpmIdentity
  /** Without it the state stays where it is, and the capabilities do not name the commands that move it. */
  readonly mover?: StateMover
  /** To each socket at a time. */
  readonly maxConnections?: number
  /** The control command SHUTDOWN came, and its answer is sent. */
  readonly onShutdown: () => void
}

/**
 * Presents a TPM by the data and control sockets of swtpm, as libtss2-tcti-swtpm and QEMU expect them.
 * Clients are served side by side, their commands one after the other; a client that stays silent holds up nobody.
 */
export async function serveSwtpm<Data extends Endpoint | undefined>(
  tpm: SerialTpm,
  options: SwtpmServerOptions<Data>,
): Promise<SwtpmServer<Data>> {
  const execute: Execute = (command, locality = scope.locality) => tpm.execute(command, locality)
  const handedOver = new HandedOverData(execute)
  const scope: ControlScope = {
    tpm,
    identity: options.identity,
    mover: options.mover,
    lastBlob: undefined,
    locality: 0,
    bufferBytes: maxMessageBytes,
    handedOver,
  }
  const bounds = options.maxConnections === undefined ? {} : { maxConnections: options.maxConnections }
  const serve = (socket: Socket): void => {
    serveData(socket, execute)
  }
  const data = options.data === undefined ? undefined : await listen(options.data, serve, bounds)
  try {
    const control = await listen(
      options.control,
      (socket) => {
        serveControl(socket, scope, options.onShutdown)
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
