export { exitCodesHelp } from './exit.ts'
export { defaultState, random, withNewState, withState } from './machine-at-hand.ts'
export { print, runCommand, tell } from './run-command.ts'
export { waitOption } from './wait-option.ts'
