import { isScalar, visit, type Document } from 'yaml'

/** Something YAML allows and a policy does not; `offset` is where in the text. */
export interface YamlFault {
  readonly offset: number
  readonly reason: string
}

/**
 * The first alias (a short text could stand for a huge one) or repeated key. Keys are compared as the names they become:
 * YAML itself takes 7 and "7" for two, of which the last would count alone.
 */
export function yamlFault(document: Document.Parsed): YamlFault | undefined {
  let fault: YamlFault | undefined
  const stop = (offset: number | undefined, reason: string): symbol => {
    fault = { offset: offset ?? 0, reason }
    return visit.BREAK
  }
  visit(document, {
    Alias: (_, { range }) => stop(range?.[0], 'aliases are not allowed'),
    Map(_, { items }) {
      const known = new Set<string>()
      for (const { key } of items) {
        const name = isScalar(key) ? String(key.value) : undefined
        if (!isScalar(key) || name === undefined) continue
        if (known.has(name)) return stop(key.range?.[0], `${name} stands twice: keys must be unique`)
        known.add(name)
      }
      return undefined
    },
  })
  return fault
}
