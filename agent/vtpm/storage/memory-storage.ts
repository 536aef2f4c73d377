import type { StateStorage } from './storage.ts'

/** State that ends with the process. */
export class MemoryStorage implements StateStorage {
  #state: Uint8Array | undefined

  constructor(state?: Uint8Array) {
    this.#state = state
  }
  load(): Uint8Array | undefined {
    return this.#state?.slice()
  }
  commit(state: Uint8Array): void {
    this.#state = state.slice()
  }
}
