import { randomBytes, type KeyObject } from 'node:crypto'
import { equalInConstantTime } from '../../../core/bytes/index.ts'
import { nonceBytes, openSlot, readSlot, saltBytes, sealSlot } from './slot.ts'
import { type StateKeying, subkey } from './state-keying.ts'
import { StateFileError } from './state-file-error.ts'

/** What leaves a TPM as a blob: what outlives its power, and what does not. */
export type BlobKind = 'permanent' | 'volatile'

const noSalt = new Uint8Array(0)
/** A blob is no commit: it has no place in the order of those. */
const noCounter = 0n

/**
 * Seals the state that leaves a TPM and opens what comes back: only under the same key, of the same machine and in the
 * same generation of it. A blob of an earlier generation is a rollback.
 */
export class BlobSeal {
  readonly #key: KeyObject
  readonly #machineId: Uint8Array
  readonly #generation: number

  constructor(keying: StateKeying, machineId: Uint8Array) {
    this.#key = subkey(keying, { use: 'tpm-blob', machineId, salt: noSalt })
    this.#machineId = machineId
    this.#generation = keying.generation
  }

  seal(kind: BlobKind, state: Uint8Array): Uint8Array {
    const [machineId, generation] = [this.#machineId, this.#generation]
    const salt = Uint8Array.from(randomBytes(saltBytes))
    const header = { machineId, generation, counter: noCounter, salt }
    return sealSlot(this.#subkey(kind, salt), header, Uint8Array.from(randomBytes(nonceBytes)), state)
  }

  /**
   * The state in a blob. The caller clears it.
   * @throws StateFileError `state/damaged`, `state/unknown-version`, `state/no-key`, `state/not-authentic`.
   */
  open(kind: BlobKind, blob: Uint8Array): Uint8Array {
    const slot = readSlot(blob)
    if (slot === undefined) throw new StateFileError('state/damaged')
    const { machineId, generation, salt } = slot.header
    if (generation !== this.#generation || !equalInConstantTime(machineId, this.#machineId))
      throw new StateFileError('state/no-key')
    return openSlot(this.#subkey(kind, salt), slot)
  }

  #subkey(kind: BlobKind, salt: Uint8Array): KeyObject {
    const [machineId, generation] = [this.#machineId, this.#generation]
    return subkey({ key: this.#key, generation }, { use: `tpm-blob/${kind}`, machineId, salt })
  }
}
