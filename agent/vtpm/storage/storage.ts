/** Where a TPM's persistent state lies between two commands. */
export interface StateStorage {
  /** The newest state, or undefined before the first commit. */
  load(): Uint8Array | undefined
  /** Returns only when the state is durable; afterwards `load` gives it, or the one before if this throws. */
  commit(state: Uint8Array): void
}
