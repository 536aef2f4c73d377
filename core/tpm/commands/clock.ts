import { command } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import { TPMS_TIME_INFO } from '../structures/index.ts'

/** Part 3, 29.1. */
export const ReadClock = command('ReadClock', CC.ReadClock, { returns: { currentTime: TPMS_TIME_INFO } })
