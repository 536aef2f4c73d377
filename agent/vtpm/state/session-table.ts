import { firstHandle, RC } from '../../../core/tpm/index.ts'
import { TpmError } from '../tpm-error.ts'
import type { Session } from './session.ts'

const indexMask = 0x00ffffff
const indexOf = (handle: number): number => handle & indexMask

/** The active sessions: loaded, or saved outside under a context id. */
export class SessionTable {
  readonly #active = new Map<number, Session | bigint>()
  readonly #limits: { readonly loaded: number; readonly active: number }
  #contextCounter = 0n

  constructor(limits: { readonly loaded: number; readonly active: number }) {
    this.#limits = limits
  }

  /**
   * The handle the next session of this type gets.
   * @throws TpmError SESSION_MEMORY if no more can be loaded, SESSION_HANDLES if no more can be active.
   */
  freeHandle(isPolicy: boolean): number {
    if (this.loaded.length >= this.#limits.loaded) throw new TpmError(RC.sessionMemory)
    for (let index = 0; index < this.#limits.active; index++) {
      if (!this.#active.has(index)) return (isPolicy ? firstHandle.policySession : firstHandle.hmacSession) + index
    }
    throw new TpmError(RC.sessionHandles)
  }

  get(handle: number): Session | undefined {
    const session = this.#active.get(indexOf(handle))
    return typeof session === 'object' && session.handle === handle ? session : undefined
  }
  /** Whether a session of this index is loaded, of whatever type. */
  isLoaded(handle: number): boolean {
    return typeof this.#active.get(indexOf(handle)) === 'object'
  }
  put(session: Session): void {
    this.#active.set(indexOf(session.handle), session)
  }
  /** Ends a session, loaded or saved; false if there is none. As GetCapability lists a saved one, its type does not count. */
  flush(handle: number): boolean {
    const session = this.#active.get(indexOf(handle))
    if (session === undefined) return false
    if (typeof session === 'object') session.erase()
    return this.#active.delete(indexOf(handle))
  }

  /** Takes a session out of its slot; the context id it returns loads it once. */
  save(session: Session): bigint {
    this.#contextCounter += 1n
    this.#active.set(indexOf(session.handle), this.#contextCounter)
    return this.#contextCounter
  }
  /** Whether a saved session of this handle and context id may come back. */
  isSaved(handle: number, contextId: bigint): boolean {
    return this.#active.get(indexOf(handle)) === contextId
  }
  /** @throws TpmError SESSION_MEMORY if no more can be loaded. */
  checkRoom(): void {
    if (this.loaded.length >= this.#limits.loaded) throw new TpmError(RC.sessionMemory)
  }

  get loaded(): readonly Session[] {
    return [...this.#active.values()].filter((session) => typeof session === 'object')
  }
  /** Indices of the saved sessions with their context ids. */
  get saved(): readonly { readonly index: number; readonly contextId: bigint }[] {
    return [...this.#active].flatMap(([index, session]) =>
      typeof session === 'bigint' ? [{ index, contextId: session }] : [],
    )
  }
  get activeCount(): number {
    return this.#active.size
  }
  get contextCounter(): bigint {
    return this.#contextCounter
  }

  /** What Shutdown(STATE) kept: the saved sessions stay loadable. */
  restore(contextCounter: bigint, saved: readonly { readonly index: number; readonly contextId: bigint }[]): void {
    this.#contextCounter = contextCounter
    for (const { index, contextId } of saved) this.#active.set(index, contextId)
  }
}
