import { ClockSet, RC, ReadClock } from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import { timeInfo } from '../state/time-info.ts'

/** Part 3, 29.1. */
const readClock = implement(ReadClock, (tpm) => ({ currentTime: timeInfo(tpm) }))

/** So far from the end that the clock never wraps around (Part 3, 29.2.1). */
const maxClock = 0xffff000000000000n

/**
 * Part 3, 29.2.
 * @throws VALUE if the clock would go back, or too close to its end.
 */
const clockSet = implement(ClockSet, (tpm, { parameters: { newTime }, fail }) => {
  if (newTime > maxClock || newTime < tpm.clock.clock) fail(RC.value, 'newTime')
  tpm.clock.advance(newTime)
  return {}
})

export const clockCommands = [readClock, clockSet]
