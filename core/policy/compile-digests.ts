import { type AcceptedDigests, type ReferenceSet } from './accepted.ts'
import { bankNames, type PolicyBank } from './banks.ts'
import { PolicyFault } from './policy-fault.ts'

export type Path = readonly (string | number)[]

/** Finds the set that a policy refers to (`document/set`). @throws PolicyFault */
export type Resolve = (name: string, path: Path) => ReferenceSet

/** Digests by bank, and sets of reference values, as a rule names them. */
export type Banks = Partial<Record<PolicyBank | 'reference', readonly string[] | undefined>>

export function isEmpty(banks: Banks): boolean {
  return [...bankNames, 'reference' as const].every((name) => banks[name] === undefined)
}

/** @throws PolicyFault if the rule names none. */
export function acceptedDigests(banks: Banks, path: Path, resolve: Resolve): AcceptedDigests {
  if (isEmpty(banks)) throw new PolicyFault(path, `names no digest: give ${bankNames.join(', ')}`)
  const written = new Map<PolicyBank, ReadonlySet<string>>()
  for (const bank of bankNames) {
    const digests = banks[bank]
    if (digests !== undefined) written.set(bank, new Set(unique(digests, [...path, bank])))
  }
  const names = unique(banks.reference ?? [], [...path, 'reference'])
  return { written, references: names.map((name, at) => resolve(name, [...path, 'reference', at])) }
}

/** @throws PolicyFault if something stands twice. */
export function unique<T extends string>(items: readonly T[], path: Path): readonly T[] {
  const repeated = items.findIndex((item, at) => items.indexOf(item) !== at)
  if (repeated >= 0) throw new PolicyFault([...path, repeated], `${items[repeated] ?? ''} stands twice`)
  return items
}
