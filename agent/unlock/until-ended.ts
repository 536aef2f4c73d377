const endings = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
type Ending = (typeof endings)[number]

/** Somebody ends the agent while it works: systemd whose patience is over, a person at the console. */
export class Ended extends Error {
  override readonly name = 'Ended'
  readonly signal: Ending

  constructor(signal: Ending) {
    super(`ended by ${signal}`)
    this.signal = signal
  }

  /** Ends the process as the signal would have done. */
  carryOut(): void {
    process.kill(process.pid, this.signal)
  }
}

/**
 * What the work gives, unless somebody ends the agent before.
 * @throws Ended; whoever catches it does what has to be done, and then carries it out.
 */
export async function untilEnded<Result>(work: () => Promise<Result>): Promise<Result> {
  const listeners = new Map<Ending, () => void>()
  const ended = new Promise<never>((_, reject) => {
    for (const signal of endings)
      listeners.set(signal, () => {
        reject(new Ended(signal))
      })
  })
  for (const [signal, listener] of listeners) process.on(signal, listener)
  try {
    return await Promise.race([work(), ended])
  } finally {
    for (const [signal, listener] of listeners) process.off(signal, listener)
  }
}
