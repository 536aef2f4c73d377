import { u64 } from '../codec.ts'
import { command, handle } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
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
