import { concat, Writer } from '../../core/bytes/index.ts'
import { headerBytes } from './message-splitter.ts'
import { maxMessageBytes } from './virtual-tpm.ts'

/** A command as it came in. */
export interface Incoming {
  readonly command: Uint8Array
  /** Where the command came in the frame of Microsoft's simulator, which tells its locality; the response goes back in one. */
  readonly framedLocality: number | undefined
}

/** TPM_SEND_COMMAND of Microsoft's simulator; no tag of a TPM command begins like it. */
const sendCommand = 8
/** sendCommand (4), locality (1), size (4). */
const frameBytes = 9
const localityOffset = 4
const sizeOffset = 2
const nothing = new Uint8Array(0)

/**
 * Puts commands together from what arrives, as swtpm does: whatever came is one command. Its size field says for how much
 * more to wait; where it says less, the command is handed on as it came, and the TPM refuses its size.
 */
export class CommandIntake {
  readonly #takesFrames: boolean
  #buffered: Uint8Array = nothing

  constructor(takesFrames: boolean) {
    this.#takesFrames = takesFrames
  }

  /** Whether a command waits for its rest; only one whose header is there can be taken before. */
  get isWaiting(): boolean {
    return this.#buffered.length - this.#offset >= headerBytes
  }

  /** Adds what arrived; the command if it is whole. */
  push(chunk: Uint8Array): Incoming | undefined {
    const arrived = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length)
    this.#buffered = this.#buffered.length === 0 ? arrived : concat(this.#buffered, arrived)
    const offset = this.#offset
    const there = this.#buffered.length - offset
    if (there < headerBytes) return undefined
    const size = readU32(this.#buffered, offset + sizeOffset)
    const isDue = there >= size || size > maxMessageBytes
    return isDue ? this.take() : undefined
  }

  /** What came so far; a command longer than the TPM takes shrinks to its header, which is refused like the whole. */
  take(): Incoming {
    const offset = this.#offset
    const command = offset === 0 ? this.#buffered : this.#buffered.subarray(offset)
    const framedLocality = offset === 0 ? undefined : this.#buffered[localityOffset]
    this.#buffered = nothing
    return { command: command.length > maxMessageBytes ? command.subarray(0, headerBytes) : command, framedLocality }
  }

  /** Where the command begins in what arrived. */
  get #offset(): number {
    if (!this.#takesFrames || this.#buffered[0] !== 0 || this.#buffered.length < frameBytes) return 0
    return readU32(this.#buffered, 0) === sendCommand ? frameBytes : 0
  }
}

function readU32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) * 0x100_0000 + (((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0))
  )
}

/** A response in the frame of Microsoft's simulator: its size before it, a zero word behind. */
export function frameResponse(response: Uint8Array): Uint8Array {
  return new Writer().u32(response.length).bytes(response).u32(0).done()
}
