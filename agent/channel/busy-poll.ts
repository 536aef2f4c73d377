/** For so long the loop stays awake after an answer. Clients that send one command after the other come back within it. */
const watchMs = 0.2
/** So many vain watches in a row, and there is none after the next answers: at first so many, twice as many each time. */
const maxMisses = 4
const rest = { first: 64, longest: 4096 } as const

interface Scheduler {
  /** Milliseconds. */
  readonly now: () => number
  /** Runs something once the loop has looked for what arrived, without going to sleep. */
  readonly soon: (run: () => void) => void
}
const eventLoop: Scheduler = {
  now: () => performance.now(),
  soon: (run) => {
    setImmediate(run)
  },
}

/**
 * Keeps the event loop awake for a moment after each answer, as a hypervisor polls before it halts: the commands of a boot
 * come one after the other, and to wake a process that sleeps takes longer than to answer one of them. Where clients leave
 * more time between commands, or need this CPU themselves, it rests.
 */
export class BusyPoll {
  readonly #scheduler: Scheduler
  #until = 0
  #isWatching = false
  /** Whether a look is under way; there is one at a time, however many commands come. */
  #isLooking = false
  #misses = 0
  /** Answers after which there is no watch. */
  #resting = 0
  #nextRest: number = rest.first

  constructor(scheduler: Scheduler = eventLoop) {
    this.#scheduler = scheduler
  }

  /** A command has come. */
  arrived(): void {
    if (!this.#isWatching) return
    this.#isWatching = false
    this.#misses = 0
    this.#nextRest = rest.first
  }

  /** An answer was given; the next command may follow. */
  answered(): void {
    if (this.#resting > 0) {
      this.#resting -= 1
      return
    }
    this.#until = this.#scheduler.now() + watchMs
    this.#isWatching = true
    if (!this.#isLooking) this.#look()
  }

  #look(): void {
    this.#isLooking = true
    this.#scheduler.soon(this.#again)
  }
  readonly #again = (): void => {
    this.#isLooking = false
    if (!this.#isWatching) return
    if (this.#scheduler.now() < this.#until) {
      this.#look()
      return
    }
    this.#isWatching = false
    this.#misses += 1
    if (this.#misses < maxMisses) return
    this.#resting = this.#nextRest
    this.#nextRest = Math.min(2 * this.#nextRest, rest.longest)
  }
}

/** Of this process, whose connections share one event loop. */
export const busyPoll = new BusyPoll()
