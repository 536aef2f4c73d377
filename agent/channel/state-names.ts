import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** What the files of a TPM are called in its folder. */
export interface StateNames {
  readonly state: string
  readonly volatile: string
}

const ownNames: StateNames = { state: 'vtpm.state', volatile: 'vtpm.volatile' }

/** swtpm's: programs that start it look for them. What lies in them is ours all the same. */
export const swtpmNames: StateNames = { state: 'tpm2-00.permall', volatile: 'tpm2-00.volatilestate' }

/** The names in use in a folder: those of the state that lies there, else those that are wanted. */
export function namesIn(folder: string, wanted: StateNames = ownNames): StateNames {
  return [wanted, ownNames, swtpmNames].find(({ state }) => existsSync(join(folder, state))) ?? wanted
}

/** Where the state of a folder lies, or would. */
export function stateFileIn(folder: string, wanted?: StateNames): string {
  return join(folder, namesIn(folder, wanted).state)
}
