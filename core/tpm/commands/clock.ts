import { oneOf, u64, u8 } from '../codec.ts'
import { command, handle } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import { RC } from '../constants/response-codes.ts'
import { TPMI_RH_PROVISION } from '../handle-types.ts'
import { TPMS_TIME_INFO } from '../structures/index.ts'

/** Part 3, 29.1. */
export const ReadClock = command('ReadClock', CC.ReadClock, { returns: { currentTime: TPMS_TIME_INFO } })
/** Part 3, 29.2. */
export const ClockSet = command('ClockSet', CC.ClockSet, {
  handles: { auth: handle(TPMI_RH_PROVISION, 'user') },
  parameters: { newTime: u64 },
  attributes: { nv: true },
})
/** Part 2, 6.10: -3 to 3, from much slower to much faster; an INT8. */
const TPM_CLOCK_ADJUST = oneOf('TPM_CLOCK_ADJUST', u8, [0xfd, 0xfe, 0xff, 0, 1, 2, 3], RC.value)
/** Part 3, 29.3. */
export const ClockRateAdjust = command('ClockRateAdjust', CC.ClockRateAdjust, {
  handles: { auth: handle(TPMI_RH_PROVISION, 'user') },
  parameters: { rateAdjust: TPM_CLOCK_ADJUST },
})
