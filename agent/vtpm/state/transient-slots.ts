import { firstHandle, handleType, HT, RC } from '../../../core/tpm/index.ts'
import { TpmError } from '../tpm-error.ts'
import type { LoadedObject } from './loaded-object.ts'
import type { SequenceObject } from './sequence-object.ts'

export type TransientObject = LoadedObject | SequenceObject

const isPersistent = (user: { readonly handle: number } | undefined): boolean =>
  user !== undefined && handleType(user.handle) === HT.persistent

/** The slots that hold transient objects. */
export class TransientSlots {
  readonly #slots: (TransientObject | undefined)[]

  constructor(size: number) {
    this.#slots = new Array<TransientObject | undefined>(size).fill(undefined)
  }

  /**
   * The handle of a free slot; nothing is reserved. In libtpms a persistent object that is used stands in the first of
   * them, and what is made by it in the next: here too, where there is a next.
   * @throws TpmError OBJECT_MEMORY if all are taken.
   */
  freeHandle(user?: { readonly handle: number }): number {
    const slot = this.#slots.indexOf(undefined)
    if (slot < 0) throw new TpmError(RC.objectMemory)
    const next = isPersistent(user) ? this.#slots.indexOf(undefined, slot + 1) : slot
    return firstHandle.transient + (next < 0 ? slot : next)
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
