import { WireError } from '../../core/bytes/index.ts'
import { decodePersistentState } from './state/persistent-state.ts'
import type { BlobKind, BlobSeal } from './storage/blob-seal.ts'
import { StateFileError, type StateFileProblem } from './storage/state-file-error.ts'
import type { StateStorage } from './storage/storage.ts'
import type { VolatileStore } from './storage/volatile-file.ts'
import type { Tpm } from './tpm.ts'

interface Parts {
  readonly tpm: Tpm
  readonly storage: StateStorage
  /** The seal of now; it changes with the state key. */
  readonly seal: () => BlobSeal
  readonly store: VolatileStore
  /** Runs before each power-on. */
  readonly prepare?: () => void
}

/**
 * How the state of a TPM leaves it and comes back: in sealed blobs, for a machine that is saved or migrated, and in a store
 * beside its storage, for a process that is replaced.
 */
export class MovableState {
  readonly #parts: Parts
  /** Opened blobs, until power comes. */
  readonly #awaited = new Map<BlobKind, Uint8Array>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The state as it is now, sealed; undefined for a volatile one without power or in failure mode. */
  take(kind: BlobKind): Uint8Array | undefined {
    const { tpm, storage, seal } = this.#parts
    const state = kind === 'volatile' ? tpm.volatileState() : storage.load()
    if (state === undefined) return undefined
    const blob = seal().seal(kind, state)
    state.fill(0)
    return blob
  }

  /**
   * Keeps a blob for when power comes; an empty one takes back what was kept.
   * @throws StateFileError if the blob is none of this TPM's.
   */
  put(kind: BlobKind, blob: Uint8Array): void {
    this.#forget(kind)
    if (blob.length === 0) return
    const state = this.#parts.seal().open(kind, blob)
    if (kind === 'permanent') asState('state/unknown-version', () => decodePersistentState(state))
    this.#awaited.set(kind, state)
  }

  /** Makes the volatile state durable, so that another process can go on with it; false where there is none. */
  store(): boolean {
    const blob = this.take('volatile')
    if (blob !== undefined) this.#parts.store.store(blob)
    return blob !== undefined
  }

  /**
   * _TPM_Init: with the state that was put here or stored, else as after a loss of power.
   * @throws StateFileError if the state cannot be gone on with; there is no power then.
   */
  powerOn({
    forgetStored = false,
    maxMessageBytes,
  }: { readonly forgetStored?: boolean; readonly maxMessageBytes?: number | undefined } = {}): void {
    const { tpm, store, prepare } = this.#parts
    tpm.powerOff()
    try {
      prepare?.()
      const [permanent, volatile] = [this.#awaited.get('permanent'), this.#awaited.get('volatile') ?? this.#stored()]
      try {
        asState('state/other-power-cycle', () => {
          tpm.powerOn({ permanent, volatile, maxMessageBytes })
        })
      } finally {
        volatile?.fill(0)
      }
    } finally {
      this.#forget('permanent')
      this.#forget('volatile')
      if (forgetStored) store.remove()
    }
  }

  #stored(): Uint8Array | undefined {
    const blob = this.#parts.store.load()
    return blob === undefined ? undefined : this.#parts.seal().open('volatile', blob)
  }

  #forget(kind: BlobKind): void {
    this.#awaited.get(kind)?.fill(0)
    this.#awaited.delete(kind)
  }
}

/** What was authentic and cannot be read is of another version, or does not fit. */
function asState(problem: StateFileProblem, read: () => unknown): void {
  try {
    read()
  } catch (cause) {
    if (cause instanceof WireError) throw new StateFileError(problem, { cause })
    throw cause
  }
}
