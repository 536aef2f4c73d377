import { type Resolve } from './compile-digests.ts'
import { PolicyFault } from './policy-fault.ts'
import { type ReferenceValues } from './reference-values.ts'

/** The documents of reference values that there are, by name. */
export type Library = ReadonlyMap<string, ReferenceValues>

/** Finds sets in a library, and remembers of which documents they are. */
export function resolver(library: Library): { readonly resolve: Resolve; readonly used: () => readonly string[] } {
  const references = new Set<string>()
  const resolve: Resolve = (name, path) => {
    const [documentName = ''] = name.split('/', 1)
    references.add(documentName)
    const found = library.get(documentName)
    const set = found?.sets.get(name)
    if (set !== undefined) return set
    const missing = found === undefined ? `there are no reference values named ${documentName}` : `there is no ${name}`
    throw new PolicyFault(path, `${missing}: apply them first`)
  }
  return { resolve, used: () => [...references].sort() }
}
