import { type TpmLimits } from './host-config.ts'

/** For so long one TPM may keep the event loop before the sockets of the others are looked at. */
const turnMs = 0.5

/** The turns of the event loop: each gives every socket that has something to say its chance. */
export class Turns {
  #next: Promise<void> | undefined

  /** Resolves in the next turn, for all who wait for it. */
  next(): Promise<void> {
    this.#next ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#next = undefined
        resolve()
      })
    })
    return this.#next
  }
}

/** What one TPM may take of the event loop: so much of each turn, and so many commands a second. */
export class Share {
  readonly #turns: Turns
  readonly #clock: () => number
  readonly #perSecond: number
  #spentMs = 0
  #granted: number
  #grantedAt: number

  constructor(turns: Turns, clock: () => number, { commandsPerSecond }: Pick<TpmLimits, 'commandsPerSecond'>) {
    this.#turns = turns
    this.#clock = clock
    this.#perSecond = commandsPerSecond
    this.#granted = commandsPerSecond
    this.#grantedAt = clock()
  }

  /** When to ask again; undefined if a command may run now. */
  wait(): Promise<void> | undefined {
    if (this.#spentMs >= turnMs) {
      this.#spentMs = 0
      return this.#turns.next()
    }
    if (this.#perSecond === 0) return undefined
    const now = this.#clock()
    this.#granted = Math.min(this.#perSecond, this.#granted + ((now - this.#grantedAt) * this.#perSecond) / 1000)
    this.#grantedAt = now
    const missing = 1 - this.#granted
    return missing <= 0 ? undefined : later((missing * 1000) / this.#perSecond)
  }

  /** Runs a command on this account. */
  spend<Result>(run: () => Result): Result {
    const begin = this.#clock()
    try {
      return run()
    } finally {
      this.#spentMs += this.#clock() - begin
      this.#granted -= 1
    }
  }
}

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
