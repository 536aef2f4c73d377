/** One line of two texts: in the first, in the second, or in both. */
export interface DiffLine {
  readonly mark: '-' | '+' | ' '
  readonly text: string
}

/** More would take long: then the whole middle counts as replaced. */
const mostComparisons = 4_000_000

/** What is different in the second of two texts, line by line, by their longest common subsequence. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [left, right] = [before.split('\n'), after.split('\n')]
  const start = commonStart(left, right)
  const end = commonStart(left.slice(start).reverse(), right.slice(start).reverse())
  const same = (lines: readonly string[]) => lines.map((text): DiffLine => ({ mark: ' ', text }))
  return [
    ...same(left.slice(0, start)),
    ...middle(left.slice(start, left.length - end), right.slice(start, right.length - end)),
    ...same(left.slice(left.length - end)),
  ]
}

function commonStart(left: readonly string[], right: readonly string[]): number {
  const at = left.findIndex((line, index) => line !== right[index])
  return at < 0 ? Math.min(left.length, right.length) : at
}

function middle(left: readonly string[], right: readonly string[]): readonly DiffLine[] {
  const removed = left.map((text): DiffLine => ({ mark: '-', text }))
  const added = right.map((text): DiffLine => ({ mark: '+', text }))
  if (left.length * right.length > mostComparisons) return [...removed, ...added]
  const lengths = commonLengths(left, right)
  const width = right.length + 1
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < left.length && j < right.length) {
    if (left[i] === right[j]) {
      lines.push({ mark: ' ', text: left[i] ?? '' })
      i++
      j++
    } else if ((lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0))
      lines.push({ mark: '-', text: left[i++] ?? '' })
    else lines.push({ mark: '+', text: right[j++] ?? '' })
  }
  return [...lines, ...removed.slice(i), ...added.slice(j)]
}

/** By position in both: the length of the longest common subsequence of what follows. */
function commonLengths(left: readonly string[], right: readonly string[]): Uint32Array {
  const width = right.length + 1
  const lengths = new Uint32Array((left.length + 1) * width)
  for (let i = left.length - 1; i >= 0; i--)
    for (let j = right.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        left[i] === right[j]
          ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0)
  return lengths
}

const contextLines = 3

/** The lines around what is different; `…` stands for the others. */
export function withContext(lines: readonly DiffLine[]): readonly (DiffLine | '…')[] {
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - contextLines), at + contextLines + 1).some(({ mark }) => mark !== ' '),
  )
  return lines.flatMap((line, at): readonly (DiffLine | '…')[] => {
    if (near[at] === true) return [line]
    return at === 0 || near[at - 1] === true ? ['…'] : []
  })
}
