import { isScalar, visit, type Document, type Node } from 'yaml'

/** Something YAML allows and a policy does not; `offset` is where in the text. */
export interface YamlFault {
  readonly offset: number
  readonly reason: string
}

/** What an editor or a terminal shows as another text than is read: who signs a document has seen what it says. */
const misleading = /(?![\t\n\r])\p{Cc}|\r(?!\n)|[\u2028\u2029\ufeff]|\p{Bidi_Control}/u

/** The first character that is shown as something else than it is, or not at all. */
export function misleadingCharacter(text: string): YamlFault | undefined {
  const found = misleading.exec(text)
  if (found === null) return undefined
  const number = (found[0].codePointAt(0) ?? 0).toString(16).padStart(4, '0')
  return { offset: found.index, reason: `U+${number} is not allowed: it is not shown as what it is` }
}

/** Schemas leave out what stands behind it: a rule of this name would be read by people alone. */
const prototypeKey = '__proto__'

/**
 * The first directive (YAML 1.1 reads `no` and `010` as another value), tag, alias (a short text could stand for a huge one),
 * repeated key or `__proto__`. Keys are compared as the names they become: YAML itself takes 7 and "7" for two, of which the last would count
 * alone.
 */
export function yamlFault(document: Document.Parsed): YamlFault | undefined {
  const { yaml, tags } = document.directives
  if (yaml.explicit === true || Object.keys(tags).length > 1) return { offset: 0, reason: 'directives are not allowed' }
  let fault: YamlFault | undefined
  const stop = (offset: number | undefined, reason: string): symbol => {
    fault = { offset: offset ?? 0, reason }
    return visit.BREAK
  }
  const refuseTag = ({ tag, range }: Pick<Node, 'tag' | 'range'>): symbol | undefined =>
    tag === undefined ? undefined : stop(range?.[0], 'tags are not allowed')
  visit(document, {
    Alias: (_, { range }) => stop(range?.[0], 'aliases are not allowed'),
    Scalar: (_, scalar) => refuseTag(scalar),
    Seq: (_, sequence) => refuseTag(sequence),
    Map(_, map) {
      const refused = refuseTag(map)
      if (refused !== undefined) return refused
      const { items } = map
      const known = new Set<string>()
      for (const { key } of items) {
        const name = isScalar(key) ? String(key.value) : undefined
        if (!isScalar(key) || name === undefined) continue
        if (name === prototypeKey) return stop(key.range?.[0], `${name} is not allowed as a key`)
        if (known.has(name)) return stop(key.range?.[0], `${name} stands twice: keys must be unique`)
        known.add(name)
      }
      return undefined
    },
  })
  return fault
}
