import { ClockRateAdjust, ClockSet, RC, ReadClock } from '../../../core/tpm/index.ts'
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

/** Ticks of a fine, a medium and a coarse adjustment, as libtpms has them. */
const ticksOf = [0, 1, 30, 300]

/** Part 3, 29.3: forgotten when the power goes. */
const clockRateAdjust = implement(ClockRateAdjust, (tpm, { parameters: { rateAdjust } }) => {
  const steps = (rateAdjust << 24) >> 24
  tpm.clock.adjustRate(Math.sign(steps) * (ticksOf[Math.abs(steps)] ?? 0))
  return {}
})

export const clockCommands = [readClock, clockSet, clockRateAdjust]
