import { type Socket } from 'node:net'
import { serveControl } from './control-connection.ts'
import { type ControlScope } from './control-commands.ts'
import { type Execute, serveData } from './data-connection.ts'
import { HandedOverData } from './handed-over-data.ts'
import { type SerialTpm } from './serial-tpm.ts'
import { isSetLocality, setLocality } from './set-locality-command.ts'
import { type StateMover } from './state-blobs.ts'
import { type TpmIdentity } from './tpm-info.ts'
import { maxLocality, maxMessageBytes } from './virtual-tpm.ts'

/** TPM_RC_LOCALITY, as swtpm answers a frame that names a locality it was told to reject. */
const localityRefused = Uint8Array.of(0x80, 0x01, 0, 0, 0, 10, 0, 0, 0x09, 0x07)

/** How a TPM appears on swtpm's sockets. */
export interface SwtpmPresence {
  readonly identity: TpmIdentity
  /** Without it the state stays where it is, and the capabilities do not name the commands that move it. */
  readonly mover?: StateMover
  /** The state leaves in blobs under a key of its own. */
  readonly hasMigrationKey?: boolean
  /** The highest that SET_LOCALITY takes. */
  readonly highestLocality?: number
  /** A client of a data connection may choose the locality of all, by a command of Linux's TPM proxy. */
  readonly allowsSetLocality?: boolean
  /** The control command SHUTDOWN came, and its answer is sent. */
  readonly onShutdown: () => void
  /** A data connection ends behind its first response. */
  readonly disconnects?: boolean
  /** A data connection ended, one that was handed over too. */
  readonly onDataEnd?: (() => void) | undefined
}

/**
 * Serves connections of swtpm's data and control sockets, wherever they come from: side by side, their commands one after
 * the other. A client that stays silent holds up nobody.
 */
export class SwtpmSockets {
  readonly #scope: ControlScope
  readonly #execute: Execute
  readonly #handedOver: HandedOverData
  readonly #presence: SwtpmPresence

  constructor(tpm: SerialTpm, presence: SwtpmPresence) {
    this.#presence = presence
    this.#execute = (command, locality = this.#scope.locality) =>
      locality <= maxLocality && locality > this.#scope.highestLocality
        ? localityRefused
        : tpm.execute(command, locality)
    // QEMU hands on what its guest wrote: a guest behind tpm-crb could name itself any locality in a frame of its own.
    this.#handedOver = new HandedOverData((socket) => {
      this.serveData(socket, { isGuest: true })
    })
    this.#scope = {
      tpm,
      identity: presence.identity,
      mover: presence.mover,
      highestLocality: presence.highestLocality ?? maxLocality,
      hasMigrationKey: presence.hasMigrationKey ?? false,
      lastBlob: undefined,
      locality: 0,
      bufferBytes: maxMessageBytes,
      handedOver: this.#handedOver,
    }
  }

  serveData(socket: Socket, { isGuest = false } = {}): void {
    socket.once('close', () => this.#presence.onDataEnd?.())
    const allowsSetLocality = !isGuest && this.#presence.allowsSetLocality === true
    const execute: Execute = (command, locality) =>
      isSetLocality(command) ? setLocality(command, this.#scope, allowsSetLocality) : this.#execute(command, locality)
    serveData(socket, execute, { disconnects: this.#presence.disconnects ?? false, takesFrames: !isGuest })
  }

  serveControl(socket: Socket): void {
    serveControl(socket, this.#scope, this.#presence.onShutdown)
  }

  /** The data connection that a machine handed over. */
  get handedOver(): HandedOverData {
    return this.#handedOver
  }
}
