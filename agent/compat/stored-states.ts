import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { namesIn, swtpmNames } from '../channel/index.ts'

/** The states that lie in a folder, by swtpm's names. */
export function storedStates(folder: string): readonly { readonly name: string; readonly size: number }[] {
  const names = namesIn(folder, swtpmNames)
  return [
    { name: 'permall', file: names.state },
    { name: 'volatilestate', file: names.volatile },
  ].flatMap(({ name, file }) => {
    const path = join(folder, file)
    return existsSync(path) ? [{ name, size: statSync(path).size }] : []
  })
}
