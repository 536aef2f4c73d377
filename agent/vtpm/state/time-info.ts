import type { TPMS_TIME_INFO } from '../../../core/tpm/index.ts'
import type { TpmState } from './tpm-state.ts'

/** Time, Clock and the reset counters as they are now (Part 1, 36). */
export const timeInfo = (tpm: TpmState): TPMS_TIME_INFO => ({
  time: tpm.clock.time,
  clockInfo: {
    clock: tpm.clock.clock,
    resetCount: tpm.persistent.resetCount,
    restartCount: tpm.persistent.restartCount,
    safe: tpm.clock.isSafe ? 1 : 0,
  },
})
