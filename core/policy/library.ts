import { type PlatformIssuer } from '../evidence/index.ts'
import { type Path, type Resolve } from './compile-digests.ts'
import { PolicyFault } from './policy-fault.ts'
import { type ReferenceValues } from './reference-values.ts'

/** The documents of reference values that there are, by name. */
export type Library = ReadonlyMap<string, ReferenceValues>

/** Finds the issuer of platform documents that a policy refers to (`document/issuer`). @throws PolicyFault */
export type ResolveIssuer = (name: string, path: Path) => PlatformIssuer

/** Finds what a library holds by its name. */
interface Resolver {
  readonly resolve: Resolve
  readonly resolveIssuer: ResolveIssuer
  /** The documents in which something was looked for. */
  readonly used: () => readonly string[]
}

/** Finds sets and issuers in a library, and remembers of which documents they are. */
export function resolver(library: Library): Resolver {
  const references = new Set<string>()
  const find = <Part extends 'sets' | 'issuers'>(part: Part, name: string, path: Path) => {
    const [documentName = ''] = name.split('/', 1)
    references.add(documentName)
    const document = library.get(documentName)
    const found = document?.[part].get(name)
    if (found !== undefined) return found as Exclude<ReturnType<ReferenceValues[Part]['get']>, undefined>
    const missing =
      document === undefined ? `there are no reference values named ${documentName}` : `there is no ${name}`
    throw new PolicyFault(path, `${missing}: apply them first`)
  }
  return {
    resolve: (name, path) => find('sets', name, path),
    resolveIssuer: (name, path) => find('issuers', name, path),
    used: () => [...references].sort(),
  }
}
