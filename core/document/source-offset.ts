import { isMap, isNode, isPair, isScalar, isSeq, type Document } from 'yaml'

/** Where the value (or, with `key`, that key of the map) at a path stands; the nearest one around it where there is none. */
export function offsetOf(document: Document.Parsed, path: readonly PropertyKey[], key?: string): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const step of key === undefined ? path : [...path, key]) {
    const pair = isMap(node) ? node.items.find((item) => isPair(item) && keyText(item.key) === String(step)) : undefined
    if (pair !== undefined) offset = startOf(pair.key) ?? offset
    node = pair === undefined && isSeq(node) ? node.items[Number(step)] : pair?.value
    if (pair === undefined) offset = startOf(node) ?? offset
  }
  const isOnOneLine = isScalar(node) || (isSeq(node) && node.flow === true)
  return key === undefined && isOnOneLine ? (startOf(node) ?? offset) : offset
}

function keyText(key: unknown): string | undefined {
  return isScalar(key) ? String(key.value) : undefined
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined
}
