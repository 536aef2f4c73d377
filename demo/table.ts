import Table from 'cli-table3'
import pc from 'picocolors'

/** One boot of the demonstration: what had to come of it, what came of it, and what the engineer reads about it. */
export interface Row {
  readonly boot: string
  readonly expected: Outcome
  readonly got: Outcome
  readonly reason: string
}

export type Outcome = 'opens the disk' | 'refused' | 'held' | 'failed'

/** The table of all boots, for a terminal. */
export function render(rows: readonly Row[]): string {
  const table = new Table({
    head: ['boot', 'expected', 'got', 'reason, as the engineer sees it'],
    colWidths: [26, 12, 12, 45],
    wordWrap: true,
    style: { head: [], border: [] },
  })
  for (const { boot, expected, got, reason } of rows)
    table.push([boot, expected, got === expected ? pc.green(got) : pc.red(got), reason])
  return table.toString()
}
