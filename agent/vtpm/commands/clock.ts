import { ReadClock, type TPMS_TIME_INFO } from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import type { TpmState } from '../state/tpm-state.ts'

/** Part 1, 36. */
export const timeInfo = (tpm: TpmState): TPMS_TIME_INFO => ({
  time: tpm.clock.time,
  clockInfo: {
    clock: tpm.clock.clock,
    resetCount: tpm.persistent.resetCount,
    restartCount: tpm.persistent.restartCount,
    safe: tpm.clock.isSafe ? 1 : 0,
  },
})

/** Part 3, 29.1. */
const readClock = implement(ReadClock, (tpm) => ({ currentTime: timeInfo(tpm) }))

export const clockCommands = [readClock]
