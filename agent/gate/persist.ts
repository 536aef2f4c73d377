import { GateError } from './gate-error.ts'

/** Time as the agent waits in it. */
export interface Clock {
  /** Milliseconds of a clock that only goes forward. */
  now(): number
  sleep(ms: number): Promise<void>
}

const firstPauseMs = 250
const longestPauseMs = 10_000

/**
 * Repeats `attempt` while the server is out of reach, with growing pauses, until `deadlineMs` of the clock.
 * @throws what the attempt threw, once it is no longer worth repeating.
 */
export async function persist<Result>(
  clock: Clock,
  deadlineMs: number,
  attempt: () => Promise<Result>,
  onUnreachable: (error: GateError) => void = () => undefined,
): Promise<Result> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await attempt()
    } catch (error) {
      const again = error instanceof GateError && error.problem === 'unreachable' && clock.now() + pauseMs < deadlineMs
      if (!again) throw error
      onUnreachable(error)
    }
    await clock.sleep(pauseMs)
  }
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}
