import { isMap, isNode, isPair, isScalar, isSeq, type Document, type LineCounter } from 'yaml'

/** A place in the text, both counted from 1. */
export interface SourcePosition {
  readonly line: number
  readonly column: number
}
type Step = PropertyKey

/** Where the value (or, with `key`, that key of the map) at a path stands; the nearest one around it where there is none. */
export function positionOf(
  document: Document.Parsed,
  lines: LineCounter,
  path: readonly Step[],
  key?: string,
): SourcePosition {
  let node: unknown = document.contents
  let offset = offsetOf(node) ?? 0
  for (const step of key === undefined ? path : [...path, key]) {
    const pair = isMap(node) ? node.items.find((item) => isPair(item) && keyText(item.key) === String(step)) : undefined
    if (pair !== undefined) offset = offsetOf(pair.key) ?? offset
    node = pair === undefined && isSeq(node) ? node.items[Number(step)] : pair?.value
    if (pair === undefined) offset = offsetOf(node) ?? offset
  }
  const isOnOneLine = isScalar(node) || (isSeq(node) && node.flow === true)
  if (key === undefined && isOnOneLine) offset = offsetOf(node) ?? offset
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line), column: Math.max(1, col) }
}

function keyText(key: unknown): string | undefined {
  return isScalar(key) ? String(key.value) : undefined
}

function offsetOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined
}
