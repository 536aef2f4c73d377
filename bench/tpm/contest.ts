import type { TpmUnderTest } from './tpm-under-test.ts'

/** What is done in each round; `act` alone is timed. */
export interface Act<Before = unknown, Done = unknown> {
  readonly before?: () => Promise<Before>
  readonly act: (before: Before) => Promise<Done>
  readonly after?: (done: Done) => Promise<unknown>
  /** After the last round: every slot is free again. */
  readonly end?: () => Promise<unknown>
}

/** One line of the table. */
export interface Contest {
  readonly name: string
  readonly rounds: number
  /** Rounds that run before any counts; a tenth of those that do, unless given. */
  readonly warmUpRounds?: number
  /** The largest ratio that is accepted; where it says none, that of cheap commands holds for those. */
  readonly cap?: number
  /** Left out of the geometric means: a variant of another line, or many commands at once. */
  readonly isExtra?: boolean
  /** Ours runs with --no-fsync. */
  readonly isUnsynced?: true
  /** Idle time before each round, in which ours may refill what it keeps ready. */
  readonly restMs?: number
  readonly prepare: (tpm: TpmUnderTest) => Promise<Act>
}

/** Of commands that are over at once: V8 compiles the last of the way of a command after it came two thousand times. */
export const manyRounds = { rounds: 1000, warmUpRounds: 2000 } as const

/** Ties the types of the three steps together. */
export const act = <Before, Done>(steps: Act<Before, Done>): Act => steps as Act
