import { fromHex, toHex } from '../../../core/bytes/index.ts'

/** Somebody's word for a start: his name, and the SHA-256 of the SPKI of the certificate under which he gave it. */
export interface Word {
  readonly by: string
  readonly key: Uint8Array
}

/**
 * How many persons at least stand behind words, each by a name: as many as can be chosen so that no two have a name or a key in
 * common. A second certificate under one name is the same person's, and so is a second name over one key. What is left out or
 * revoked never makes them more, and the order in which they spoke does not matter.
 */
export function personsAmong(words: readonly Word[]): readonly string[] {
  const keysOf = new Map<string, Set<string>>()
  for (const { by, key } of words) keysOf.set(by, (keysOf.get(by) ?? new Set()).add(toHex(key)))
  const holderOf = new Map<string, string>()
  /** Finds a key of his own for a name; who holds it already may find another. */
  const findKey = (name: string, tried: Set<string>): boolean => {
    for (const key of keysOf.get(name) ?? []) {
      if (tried.has(key)) continue
      tried.add(key)
      const holder = holderOf.get(key)
      if (holder !== undefined && !findKey(holder, tried)) continue
      holderOf.set(key, name)
      return true
    }
    return false
  }
  return [...keysOf.keys()].filter((name) => findKey(name, new Set()))
}

/** Words as a boot keeps them. */
export const encodeWords = (words: readonly Word[]): string =>
  JSON.stringify(words.map(({ by, key }) => ({ by, key: toHex(key) })))

/** What `encodeWords` wrote; boots of an earlier version have names alone. */
export function decodeWords(text: string): { readonly words: readonly Word[]; readonly names: readonly string[] } {
  const kept = JSON.parse(text) as readonly (string | { readonly by: string; readonly key: string })[]
  return {
    words: kept.flatMap((one) => (typeof one === 'string' ? [] : [{ by: one.by, key: fromHex(one.key) }])),
    names: kept.filter((one) => typeof one === 'string'),
  }
}
