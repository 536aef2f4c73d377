/** Number of single-character changes, neighbouring swaps counted as one, between two words (optimal string alignment). */
function distance(a: string, b: string): number {
  let [before, above] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row[j] = Math.min(
        (row[j - 1] ?? 0) + 1,
        (above[j] ?? 0) + 1,
        (above[j - 1] ?? 0) + (same ? 0 : 1),
        ...(swapped ? [(before[j - 2] ?? 0) + 1] : []),
      )
    }
    ;[before, above] = [above, row]
  }
  return above[b.length] ?? 0
}

const longestWord = 64

/** The names that the writer of `wrong` may have meant, nearest first, at most three. */
export function nearestNames(wrong: string, names: readonly string[]): readonly string[] {
  const word = wrong.slice(0, longestWord).toLowerCase()
  const tolerated = Math.max(1, Math.floor(word.length / 3))
  return [...new Set(names)]
    .map((name) => {
      const candidate = name.slice(0, longestWord).toLowerCase()
      const contains = word.length >= 3 && (candidate.includes(word) || word.includes(candidate))
      return { name, steps: contains ? 1 : distance(word, candidate) }
    })
    .filter(({ steps }) => steps <= tolerated)
    .sort((a, b) => a.steps - b.steps || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name)
}
