import { randomBytes, type KeyObject } from 'node:crypto'
import { concat, equalInConstantTime } from '../../../core/bytes/index.ts'
import { BlobSeal } from './blob-seal.ts'
import { localDisk, type Disk, type DiskFile } from './disk.ts'
import {
  machineIdBytes,
  nonceBytes,
  openSlot,
  readSlot,
  saltBytes,
  sealSlot,
  slotOverheadBytes,
  type WholeSlot,
} from './slot.ts'
import { type StateKeying, subkey } from './state-keying.ts'
import { StateFileError } from './state-file-error.ts'
import type { StateStorage } from './storage.ts'

/** What a state file says of itself without a key. */
export interface StateFileHeader {
  /** 16 bytes. */
  readonly machineId: Uint8Array
  readonly generation: number
  readonly counter: bigint
}

/** Room for NV storage, persistent objects and seeds several times over; on a sparse disk unused room costs nothing. */
const slotBytes = 256 * 1024

/**
 * The TPM's state on disk: two slots in one preallocated file, written in turn. Whatever a crash leaves, the newer whole
 * slot is the state of the last commit that returned, or of the one that was under way.
 */
export class StateFile implements StateStorage {
  readonly machineId: Uint8Array
  readonly #path: string
  readonly #disk: Disk
  #file: DiskFile
  #generation: number
  #counter: bigint
  #target: 0 | 1
  #salt: Uint8Array
  #key: KeyObject | undefined
  #seal: BlobSeal
  #state: Uint8Array
  /** False after a write that failed: nobody knows then what lies there. */
  #isDurable = true

  private constructor(
    { path, disk, file }: { readonly path: string; readonly disk: Disk; readonly file: DiskFile },
    newest: { slot: WholeSlot; at: 0 | 1; state: Uint8Array },
    keying: StateKeying,
  ) {
    const { header } = newest.slot
    this.#path = path
    this.#disk = disk
    this.#file = file
    this.machineId = header.machineId
    this.#generation = header.generation
    this.#counter = header.counter
    this.#target = newest.at === 0 ? 1 : 0
    this.#state = newest.state
    // Random nonces stay far from their bound because each opening writes under a key of its own.
    this.#salt = Uint8Array.from(randomBytes(saltBytes))
    this.#key = fileKey(keying, this.machineId, this.#salt)
    this.#seal = new BlobSeal(keying, this.machineId)
  }

  /** Makes a state file, durably; one that is there is replaced whole. */
  static create(
    path: string,
    { machineId, ...keying }: StateKeying & { readonly machineId: Uint8Array },
    initialState: Uint8Array,
    disk: Disk = localDisk,
  ): StateFile {
    if (machineId.length !== machineIdBytes) throw new TypeError(`a machine id has ${machineIdBytes} bytes`)
    if (initialState.length + slotOverheadBytes > slotBytes) throw new StateFileError('state/too-large')
    const salt = Uint8Array.from(randomBytes(saltBytes))
    const header = { machineId, generation: keying.generation, counter: 1n, salt }
    const first = sealSlot(fileKey(keying, machineId, salt), header, freshNonce(), initialState)
    disk.create(path, concat(first, new Uint8Array(2 * slotBytes - first.length)))
    return StateFile.open(path, new Map([[keying.generation, keying.key]]), disk)
  }

  /**
   * Opens a state file under the key of the generation it is of.
   * @throws StateFileError `state/damaged`, `state/unknown-version`, `state/no-key`, `state/not-authentic`.
   */
  static open(path: string, keys: ReadonlyMap<number, Uint8Array>, disk: Disk = localDisk): StateFile {
    const file = disk.open(path)
    try {
      const { slot, at } = newestSlot(file)
      const { generation, machineId, salt } = slot.header
      const key = keys.get(generation)
      if (key === undefined) throw new StateFileError('state/no-key')
      const state = openSlot(fileKey({ key, generation }, machineId, salt), slot)
      return new StateFile({ path, disk, file }, { slot, at, state }, { key, generation })
    } catch (error) {
      file.close()
      throw error
    }
  }

  /**
   * Whose state it is, under which generation; as far as that can be said without a key.
   * @throws StateFileError `state/damaged`, `state/unknown-version`.
   */
  static peek(path: string, disk: Disk = localDisk): StateFileHeader {
    const file = disk.open(path)
    try {
      const { machineId, generation, counter } = newestSlot(file).slot.header
      return { machineId, generation, counter }
    } finally {
      file.close()
    }
  }

  get generation(): number {
    return this.#generation
  }

  /** Under which the state leaves in blobs, as long as the file has the key it has now. */
  get seal(): BlobSeal {
    return this.#seal
  }

  load(): Uint8Array {
    return this.#state.slice()
  }

  /**
   * A state that is durable already, as after writing to NV what stood there, is not written again.
   * @throws StateFileError `state/too-large`, `state/closed`; what the disk throws.
   */
  commit(state: Uint8Array): void {
    if (this.#isDurable && equalInConstantTime(state, this.#state)) return
    this.#write(state)
    this.#keep(state)
  }

  /**
   * Puts the state under another key, durably. When it returns, neither slot opens with the former key; after a crash inside,
   * the file opens with one of the two. Where a write fails the file is closed: which key it is under, only opening it tells.
   */
  rekey(key: Uint8Array, generation: number): void {
    this.#generation = generation
    this.#salt = Uint8Array.from(randomBytes(saltBytes))
    this.#key = fileKey({ key, generation }, this.machineId, this.#salt)
    this.#seal = new BlobSeal({ key, generation }, this.machineId)
    try {
      this.#write(this.#state)
      this.#write(this.#state)
    } catch (error) {
      this.close()
      throw error
    }
  }

  /**
   * Makes the file anew where somebody took it away: what is written to it would be lost with it. Another file that lies
   * in its place is left alone.
   */
  putBack(): void {
    if (this.#key === undefined || this.#disk.has(this.#path)) return
    const taken = this.#file
    this.#disk.create(this.#path, taken.read(0, taken.sizeBytes))
    this.#file = this.#disk.open(this.#path)
    taken.close()
  }

  /** Closes the file and forgets key and state. */
  close(): void {
    if (this.#key === undefined) return
    this.#key = undefined
    this.#isDurable = false
    this.#state.fill(0)
    this.#file.close()
  }

  #write(state: Uint8Array): void {
    if (this.#key === undefined) throw new StateFileError('state/closed')
    const size = this.#file.sizeBytes / 2
    if (state.length + slotOverheadBytes > size) throw new StateFileError('state/too-large')
    const counter = this.#counter + 1n
    const header = { machineId: this.machineId, generation: this.#generation, counter, salt: this.#salt }
    this.#isDurable = false
    this.#file.write(this.#target * size, sealSlot(this.#key, header, freshNonce(), state))
    this.#file.sync()
    this.#isDurable = true
    this.#counter = counter
    this.#target = this.#target === 0 ? 1 : 0
  }

  #keep(state: Uint8Array): void {
    const copy = state.slice()
    this.#state.fill(0)
    this.#state = copy
  }
}

function newestSlot(file: DiskFile): { readonly slot: WholeSlot; readonly at: 0 | 1 } {
  const { sizeBytes } = file
  if (sizeBytes !== 2 * slotBytes) throw new StateFileError('state/damaged')
  const [first, second] = [readSlot(file.read(0, slotBytes)), readSlot(file.read(slotBytes, slotBytes))]
  if (first !== undefined && (second === undefined || first.header.counter > second.header.counter))
    return { slot: first, at: 0 }
  if (second !== undefined) return { slot: second, at: 1 }
  throw new StateFileError('state/damaged')
}

function fileKey(keying: StateKeying, machineId: Uint8Array, salt: Uint8Array): KeyObject {
  return subkey(keying, { use: 'tpm-state', machineId, salt })
}

function freshNonce(): Uint8Array {
  return Uint8Array.from(randomBytes(nonceBytes))
}
