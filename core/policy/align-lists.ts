/** How one list became another, at a place of it (counted from 0). */
export type ListChange<T> =
  | { readonly kind: 'changed'; readonly before: T; readonly after: T; readonly at: number }
  | { readonly kind: 'added'; readonly after: T; readonly at: number }
  | { readonly kind: 'missing'; readonly before: T; readonly at: number }
  | { readonly kind: 'moved'; readonly after: T; readonly from: number; readonly at: number }

/** Comparing every item with every other takes their product in steps: beyond this, what is between beginning and end is one gap. */
const maxComparisons = 250_000

interface Placed<T> {
  readonly item: T
  readonly key: string
  readonly at: number
}
interface Gap<T> {
  readonly gone: readonly Placed<T>[]
  readonly come: readonly Placed<T>[]
}

/** What is different in the second of two lists, the longest common sequence being what stayed; in the order of the second. */
export function alignLists<T>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (item: T) => string,
): readonly ListChange<T>[] {
  const placed = (items: readonly T[]) => items.map((item, at): Placed<T> => ({ item, key: keyOf(item), at }))
  const gaps = gapsBetween(placed(before), placed(after))
  const moves = movesAmong(gaps)
  const [left, arrived] = [new Set(moves.map(({ from }) => from)), new Set(moves.map(({ to }) => to))]
  const changes = gaps.flatMap(({ gone, come }) =>
    pairs(
      gone.filter((one) => !left.has(one)),
      come.filter((one) => !arrived.has(one)),
    ),
  )
  const moved = moves.map(({ from, to }) => ({ kind: 'moved', after: to.item, from: from.at, at: to.at }) as const)
  return [...changes, ...moved].sort((one, other) => one.at - other.at)
}

function gapsBetween<T>(before: readonly Placed<T>[], after: readonly Placed<T>[]): readonly Gap<T>[] {
  const shorter = Math.min(before.length, after.length)
  let head = 0
  while (head < shorter && before[head]?.key === after[head]?.key) head++
  let tail = 0
  while (tail < shorter - head && before.at(-1 - tail)?.key === after.at(-1 - tail)?.key) tail++
  const gone = before.slice(head, before.length - tail)
  const come = after.slice(head, after.length - tail)
  return gone.length * come.length > maxComparisons ? [{ gone, come }] : split(gone, come)
}

/** Cuts two lists where they have an item of their longest common sequence. */
function split<T>(gone: readonly Placed<T>[], come: readonly Placed<T>[]): readonly Gap<T>[] {
  const longest = commonLengths(gone, come)
  const gaps: { gone: Placed<T>[]; come: Placed<T>[] }[] = [{ gone: [], come: [] }]
  let [at, to] = [0, 0]
  while (at < gone.length || to < come.length) {
    const [one, other] = [gone[at], come[to]]
    const gap = gaps.at(-1)
    if (one !== undefined && one.key === other?.key) {
      gaps.push({ gone: [], come: [] })
      at++
      to++
    } else if (
      other === undefined ||
      (one !== undefined && lengthAt(longest, at + 1, to) >= lengthAt(longest, at, to + 1))
    ) {
      if (one !== undefined) gap?.gone.push(one)
      at++
    } else {
      gap?.come.push(other)
      to++
    }
  }
  return gaps
}

/** By the places in both lists: how long the longest common sequence of what follows is. */
function commonLengths<T>(gone: readonly Placed<T>[], come: readonly Placed<T>[]): readonly Uint32Array[] {
  const rows = Array.from({ length: gone.length + 1 }, () => new Uint32Array(come.length + 1))
  for (let at = gone.length - 1; at >= 0; at--)
    for (let to = come.length - 1; to >= 0; to--) {
      const isSame = gone[at]?.key === come[to]?.key
      const length = isSame
        ? 1 + lengthAt(rows, at + 1, to + 1)
        : Math.max(lengthAt(rows, at + 1, to), lengthAt(rows, at, to + 1))
      const row = rows[at]
      if (row !== undefined) row[to] = length
    }
  return rows
}

function lengthAt(rows: readonly Uint32Array[], at: number, to: number): number {
  return rows[at]?.[to] ?? 0
}

/** What left one place and came at another, each once. */
function movesAmong<T>(gaps: readonly Gap<T>[]): readonly { readonly from: Placed<T>; readonly to: Placed<T> }[] {
  const waiting = new Map<string, Placed<T>[]>()
  for (const one of gaps.flatMap(({ gone }) => gone).reverse()) {
    const alike = waiting.get(one.key) ?? []
    alike.push(one)
    waiting.set(one.key, alike)
  }
  return gaps
    .flatMap(({ come }) => come)
    .flatMap((to) => {
      const from = waiting.get(to.key)?.pop()
      return from === undefined ? [] : [{ from, to }]
    })
}

function pairs<T>(gone: readonly Placed<T>[], come: readonly Placed<T>[]): readonly ListChange<T>[] {
  return Array.from({ length: Math.max(gone.length, come.length) }, (_, n): readonly ListChange<T>[] => {
    const [was, is] = [gone[n], come[n]]
    if (was !== undefined && is !== undefined) return [{ kind: 'changed', before: was.item, after: is.item, at: is.at }]
    if (is !== undefined) return [{ kind: 'added', after: is.item, at: is.at }]
    return was === undefined ? [] : [{ kind: 'missing', before: was.item, at: was.at }]
  }).flat()
}
