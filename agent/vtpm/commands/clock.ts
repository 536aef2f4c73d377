import { ReadClock } from '../../../core/tpm/index.ts'
import { implement } from '../implement.ts'
import { timeInfo } from '../state/time-info.ts'

/** Part 3, 29.1. */
const readClock = implement(ReadClock, (tpm) => ({ currentTime: timeInfo(tpm) }))

export const clockCommands = [readClock]
