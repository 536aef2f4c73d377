import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { stateFileName } from '../channel/index.ts'

/** The states that lie in a folder, by swtpm's names. */
export function storedStates(folder: string): readonly string[] {
  return existsSync(join(folder, stateFileName)) ? ['permall'] : []
}
