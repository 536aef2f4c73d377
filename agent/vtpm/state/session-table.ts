import { firstHandle, RC } from '../../../core/tpm/index.ts'
import { TpmError } from '../tpm-error.ts'
import type { Session } from './session.ts'

const indexMask = 0x00ffffff
/** Saved sessions are told apart by the lower bits of their context ids (TPM_PT_CONTEXT_GAP_MAX). */
const slotMask = 0xffffn
/** What tells sessions apart, whatever their type. */
export const sessionIndexOf = (handle: number): number => handle & indexMask

/** The active sessions: loaded, or saved outside under a context id. */
export class SessionTable {
  readonly #active = new Map<number, Session | bigint>()
  readonly #limits: { readonly loaded: number; readonly active: number }
  #contextCounter: bigint

  constructor(limits: { readonly loaded: number; readonly active: number }) {
    this.#limits = limits
    this.#contextCounter = this.#firstContextId - 1n
  }

  /** As in libtpms, whose table has the places of loaded sessions in front of the context ids of saved ones. */
  get #firstContextId(): bigint {
    return BigInt(this.#limits.loaded) + 1n
  }
  get #nextContextId(): bigint {
    const next = this.#contextCounter + 1n
    return (next & slotMask) === 0n ? next + this.#firstContextId : next
  }
  /** The saved session with the lowest context id, which is as old as a saved session may be. */
  get #tooOld(): { readonly index: number } | undefined {
    const oldest = this.saved.reduce<{ index: number; contextId: bigint } | undefined>(
      (old, each) => (old === undefined || each.contextId < old.contextId ? each : old),
      undefined,
    )
    return oldest !== undefined && ((oldest.contextId ^ this.#nextContextId) & slotMask) === 0n ? oldest : undefined
  }

  /**
   * The handle the next session of this type gets.
   * @throws TpmError SESSION_MEMORY or CONTEXT_GAP if no more can be loaded, SESSION_HANDLES if no more can be active.
   */
  freeHandle(isPolicy: boolean): number {
    this.checkRoom()
    for (let index = 0; index < this.#limits.active; index++) {
      if (!this.#active.has(index)) return (isPolicy ? firstHandle.policySession : firstHandle.hmacSession) + index
    }
    throw new TpmError(RC.sessionHandles)
  }

  get(handle: number): Session | undefined {
    const session = this.#active.get(sessionIndexOf(handle))
    return typeof session === 'object' && session.handle === handle ? session : undefined
  }
  /** Whether a session of this index is loaded, of whatever type. */
  isLoaded(handle: number): boolean {
    return typeof this.#active.get(sessionIndexOf(handle)) === 'object'
  }
  put(session: Session): void {
    this.#active.set(sessionIndexOf(session.handle), session)
  }
  /** Ends a session, loaded or saved; false if there is none. As GetCapability lists a saved one, its type does not count. */
  flush(handle: number): boolean {
    const session = this.#active.get(sessionIndexOf(handle))
    if (session === undefined) return false
    if (typeof session === 'object') session.erase()
    return this.#active.delete(sessionIndexOf(handle))
  }

  /**
   * Takes a session out of its slot; the context id it returns loads it once.
   * @throws TpmError CONTEXT_GAP if another one was saved so long ago that their ids would look alike (Part 1, 30.5).
   */
  save(session: Session): bigint {
    if (this.#tooOld !== undefined) throw new TpmError(RC.contextGap)
    this.#contextCounter = this.#nextContextId
    this.#active.set(sessionIndexOf(session.handle), this.#contextCounter)
    return this.#contextCounter
  }
  /** Whether a saved session of this handle and context id may come back. */
  isSaved(handle: number, contextId: bigint): boolean {
    return this.#active.get(sessionIndexOf(handle)) === contextId
  }
  /**
   * Whether a session can be loaded; without a handle, a new one.
   * @throws TpmError SESSION_MEMORY if there is no room; CONTEXT_GAP if the last room is for the oldest one.
   */
  checkRoom(handle?: number): void {
    const room = this.#limits.loaded - this.loaded.length
    if (room <= 0) throw new TpmError(RC.sessionMemory)
    const oldest = room === 1 ? this.#tooOld : undefined
    if (oldest !== undefined && (handle === undefined || oldest.index !== sessionIndexOf(handle)))
      throw new TpmError(RC.contextGap)
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
