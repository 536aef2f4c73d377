export { exitCodesHelp } from './exit.ts'
export { defaultState, random, withState } from './machine-at-hand.ts'
export { print, runCommand, tell } from './run-command.ts'
export { secondsAsMs } from './seconds.ts'
