const gap = 2
/** Below this a text at the end of a row is more breaks than words. */
const readable = 24
/** A time of day is never broken. */
const narrowest = 20
const lastResort = 10

/** How wide the columns of a table may be, so that a row fits `room`; the text at the end gives way first, then what is long. */
export function fitColumns(widest: readonly number[], room: number): readonly number[] {
  const widths = [...widest]
  let excess = widths.reduce((sum, width) => sum + width + gap, -gap) - room
  const narrow = (at: number, least: number): void => {
    const width = widths[at] ?? 0
    const given = Math.max(0, Math.min(excess, width - least))
    widths[at] = width - given
    excess -= given
  }
  const last = widths.length - 1
  narrow(last, readable)
  while (excess > 0 && Math.max(...widths.slice(0, last)) > narrowest) {
    const longest = widths.indexOf(Math.max(...widths.slice(0, last)))
    narrow(longest, Math.max(narrowest, (widths[longest] ?? 0) - 1))
  }
  narrow(last, lastResort)
  return widths
}

/** Breaks a text into lines of at most `width`: at its blanks, and within a word that is longer. */
export function wrap(text: string, width: number): readonly string[] {
  if (text.length <= width) return [text]
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`
    if (joined.length <= width) {
      line = joined
      continue
    }
    if (line !== '') lines.push(line)
    for (line = word; line.length > width; line = line.slice(width)) lines.push(line.slice(0, width))
  }
  return [...lines, line]
}
