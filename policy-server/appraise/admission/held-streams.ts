import { toHex } from '../../../core/bytes/index.ts'

/** Why a wait ended. */
export type Wake = 'look-again' | 'superseded' | 'expired' | 'gone' | 'stopping'

interface Waiter {
  wake(why: Wake): void
}

/** Requests that wait for a person: at most one of a machine. */
export class HeldStreams {
  readonly #waiting = new Map<string, Waiter>()

  get size(): number {
    return this.#waiting.size
  }

  /**
   * Waits until something about the machine changed, the time is over, the caller is gone, or a newer request of the
   * machine waits in its place. `ready` runs once nothing can be missed any more: what it finds changed ends the wait.
   */
  async wait(
    machineId: Uint8Array,
    limits: { readonly timeoutMs: number; readonly gone: AbortSignal },
    ready: () => Promise<boolean>,
  ): Promise<Wake> {
    const key = toHex(machineId)
    const { promise, resolve } = deferred<Wake>()
    const waiter: Waiter = { wake: resolve }
    this.#waiting.get(key)?.wake('superseded')
    this.#waiting.set(key, waiter)

    const timer = setTimeout(() => {
      resolve('expired')
    }, limits.timeoutMs)
    const leave = () => {
      resolve('gone')
    }
    limits.gone.addEventListener('abort', leave)
    try {
      if (limits.gone.aborted) return 'gone'
      if (await ready()) return 'look-again'
      return await promise
    } finally {
      clearTimeout(timer)
      limits.gone.removeEventListener('abort', leave)
      if (this.#waiting.get(key) === waiter) this.#waiting.delete(key)
    }
  }

  /** Lets the request of a machine, if one waits, be judged again. */
  wake(machineId: Uint8Array): void {
    this.#waiting.get(toHex(machineId))?.wake('look-again')
  }

  /** Lets everybody go: the server stops. */
  close(): void {
    for (const waiter of this.#waiting.values()) waiter.wake('stopping')
  }
}

function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
