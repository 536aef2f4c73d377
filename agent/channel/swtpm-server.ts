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

/** A running pair of swtpm's sockets. */
export interface SwtpmServer {
  readonly data: Endpoint
  readonly control: Endpoint
  close(): Promise<void>
}

export interface SwtpmServerOptions {
  readonly data: Endpoint
  readonly control: Endpoint
  readonly identity: TpmIdentity
  /** Without it the state stays where it is, and the capabilities do not name the commands that move it. */
  readonly mover?: StateMover
  /** The control command SHUTDOWN came, and its answer is sent. */
  readonly onShutdown: () => void
}

/**
 * Presents a TPM by the data and control sockets of swtpm, as libtss2-tcti-swtpm and QEMU expect them.
 * Clients are served side by side, their commands one after the other; a client that stays silent holds up nobody.
 */
export async function serveSwtpm(tpm: SerialTpm, options: SwtpmServerOptions): Promise<SwtpmServer> {
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
  const data = await listen(options.data, (socket) => {
    serveData(socket, execute)
  })
  try {
    const control = await listen(
      options.control,
      (socket) => {
        serveControl(socket, scope, options.onShutdown)
      },
      { receiving: true },
    )
    return {
      data: data.endpoint,
      control: control.endpoint,
      async close() {
        handedOver.close()
        await Promise.all([data.close(), control.close()])
      },
    }
  } catch (error) {
    await data.close()
    throw error
  }
}
