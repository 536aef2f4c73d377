import { type z } from 'zod'
import {
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Pair,
  visit,
  type YAMLMap,
} from 'yaml'
import { type BootDescription, bootDescriptionSchema } from './boot-description.ts'

const maxDescriptionCharacters = 64 << 10

/** A boot description that cannot be used; line and column are counted from 1. */
export class BootDescriptionError extends Error {
  override readonly name = 'BootDescriptionError'
  readonly line: number
  readonly column: number
  constructor(source: string, place: { readonly line: number; readonly column: number }, reason: string) {
    super(`${source}:${place.line}:${place.column}: ${reason}`)
    this.line = place.line
    this.column = place.column
  }
}

/**
 * Reads a boot description. Unknown keys, repeated keys, aliases and empty lists are refused.
 * @throws BootDescriptionError with the place in `source`.
 */
export function parseBootDescription(text: string, source: string): BootDescription {
  const start = { line: 1, column: 1 }
  if (text.length > maxDescriptionCharacters) throw new BootDescriptionError(source, start, 'too long')
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true })
  const [fault] = [...document.errors, ...document.warnings]
  if (fault !== undefined) throw new BootDescriptionError(source, place(lines, fault.pos[0]), firstLine(fault.message))

  visit(document, {
    Alias: (_, alias) => {
      throw new BootDescriptionError(source, place(lines, alias.range?.[0] ?? 0), 'aliases are refused')
    },
  })

  const parsed = bootDescriptionSchema.safeParse(document.toJS())
  if (parsed.success) return parsed.data
  const issue = narrowest(parsed.error.issues)
  const at = issue.path.length > 0 ? `${issue.path.map(String).join('.')}: ` : ''
  throw new BootDescriptionError(source, place(lines, offsetOf(document, issue)), `${at}${issue.message}`)
}

interface Issue {
  readonly message: string
  readonly path: readonly PropertyKey[]
  /** The key of the value at the path that is meant, where it is not the value. */
  readonly key?: string
}

/** Of a union the alternative that went deepest is the one that was meant. */
function narrowest(issues: readonly z.core.$ZodIssue[], outer: readonly PropertyKey[] = []): Issue {
  const [first] = issues
  if (first === undefined) return { message: 'malformed', path: outer }
  const path = [...outer, ...first.path]
  if (first.code === 'unrecognized_keys')
    return { message: first.message, path, ...(first.keys[0] && { key: first.keys[0] }) }
  if (first.code !== 'invalid_union') return { message: first.message, path }
  const inner = first.errors.map((alternative) => narrowest(alternative, path))
  return inner.toSorted((left, right) => right.path.length - left.path.length)[0] ?? { message: first.message, path }
}

/** Where the value at a path (or the key in it) stands, or the innermost one around it. */
function offsetOf(document: Document.Parsed, { path, key }: Issue): number {
  let node: unknown = document.contents
  let offset = 0
  for (const step of [undefined, ...path]) {
    if (step !== undefined) node = child(node, step)
    if (!isNode(node)) break
    offset = node.range?.[0] ?? offset
  }
  const named = isMap(node) && key !== undefined ? pairOf(node, key)?.key : undefined
  return isNode(named) ? (named.range?.[0] ?? offset) : offset
}

function pairOf(map: YAMLMap, key: PropertyKey): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key))
}

function child(node: unknown, step: PropertyKey): unknown {
  if (isSeq(node)) return node.items[Number(step)]
  if (!isMap(node)) return undefined
  return pairOf(node, step)?.value
}

function place(lines: LineCounter, offset: number): { readonly line: number; readonly column: number } {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line), column: Math.max(1, col) }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text
}
