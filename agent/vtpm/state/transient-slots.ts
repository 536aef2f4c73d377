import { firstHandle, RC } from '../../../core/tpm/index.ts'
import { TpmError } from '../tpm-error.ts'
import type { LoadedObject } from './loaded-object.ts'
import type { SequenceObject } from './sequence-object.ts'

export type TransientObject = LoadedObject | SequenceObject

/** The slots that hold transient objects. */
export class TransientSlots {
  readonly #slots: (TransientObject | undefined)[]

  constructor(size: number) {
    this.#slots = new Array<TransientObject | undefined>(size).fill(undefined)
  }

  /**
   * The handle of a free slot; nothing is reserved.
   * @throws TpmError OBJECT_MEMORY if all are taken.
   */
  freeHandle(): number {
    const slot = this.#slots.indexOf(undefined)
    if (slot < 0) throw new TpmError(RC.objectMemory)
    return firstHandle.transient + slot
  }
  get(handle: number): TransientObject | undefined {
    return this.#slots[handle - firstHandle.transient]
  }
  put(object: TransientObject): void {
    this.#slots[object.handle - firstHandle.transient] = object
  }
  flush(handle: number): void {
    this.get(handle)?.erase()
    this.#slots[handle - firstHandle.transient] = undefined
  }
  flushAll(which: (object: TransientObject) => boolean = () => true): void {
    for (const object of this.loaded) if (which(object)) this.flush(object.handle)
  }

  get loaded(): readonly TransientObject[] {
    return this.#slots.filter((object) => object !== undefined)
  }
  get size(): number {
    return this.#slots.length
  }
}
