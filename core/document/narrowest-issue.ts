import { type z } from 'zod'

/** What a schema finds wrong, as far inside as it can be said. */
export interface Issue {
  readonly path: readonly PropertyKey[]
  readonly key?: string
  readonly isUnknownKey: boolean
  readonly reason: string
}

/**
 * The first issue, but a misspelt key rather than the missing one; of a union, that of the alternative that went deepest, the
 * one that was meant.
 */
export function narrowest(issues: readonly z.core.$ZodIssue[], outer: readonly PropertyKey[] = []): Issue {
  const first = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  if (first === undefined) return { path: outer, isUnknownKey: false, reason: 'malformed' }
  const path = [...outer, ...first.path]
  const issue = { path, isUnknownKey: false, reason: first.message }
  if (first.code === 'unrecognized_keys')
    return { ...issue, isUnknownKey: true, ...(first.keys[0] !== undefined && { key: first.keys[0] }) }
  if (first.code === 'invalid_key') {
    const reason = `not allowed as a key: ${first.issues[0]?.message ?? 'invalid'}`
    return { ...issue, path: path.slice(0, -1), key: String(path.at(-1)), reason }
  }
  if (first.code !== 'invalid_union') return issue
  const alternatives = first.errors.map((alternative) => narrowest(alternative, path))
  const [deepest] = alternatives.toSorted((left, right) => depth(right) - depth(left))
  return deepest === undefined || depth(deepest) <= path.length ? issue : deepest
}

const depth = ({ path, key }: Issue): number => path.length + (key === undefined ? 0 : 1)
