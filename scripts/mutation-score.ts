import { existsSync, readFileSync } from 'node:fs'

interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>
}

/** What became of the mutants of a file. `fixed` are those that are only met while files load: no test can see them. */
export interface Score {
  readonly file: string
  readonly mutants: number
  readonly fixed: number
  readonly unmet: number
  readonly caught: number
  readonly survived: number
}

/** Where the result of a file is kept from one run to the next. */
export const resultOf = (file: string): string => `.cache/mutation/${file.replace(/\.ts$/, '.json')}`

/** Of the mutants that a test meets, the part that it notices, in per cent. */
export const caughtPercent = ({ caught, survived }: Pick<Score, 'caught' | 'survived'>): number =>
  caught + survived === 0 ? 100 : (100 * caught) / (caught + survived)

/** The kept result of a file; undefined if it never was measured. */
export function scoreOf(file: string): Score | undefined {
  if (!existsSync(resultOf(file))) return undefined
  const { files } = JSON.parse(readFileSync(resultOf(file), 'utf8')) as Report
  const mutants = files[file]?.mutants ?? []
  const count = (...statuses: readonly string[]) => mutants.filter(({ status }) => statuses.includes(status)).length
  return {
    file,
    mutants: mutants.length,
    fixed: count('Ignored'),
    unmet: count('NoCoverage'),
    caught: count('Killed', 'Timeout'),
    survived: count('Survived', 'RuntimeError'),
  }
}

const sum = (scores: readonly Score[], what: Exclude<keyof Score, 'file'>): number =>
  scores.reduce((total, score) => total + score[what], 0)

export const totalOf = (scores: readonly Score[]): Score => ({
  file: 'all',
  mutants: sum(scores, 'mutants'),
  fixed: sum(scores, 'fixed'),
  unmet: sum(scores, 'unmet'),
  caught: sum(scores, 'caught'),
  survived: sum(scores, 'survived'),
})

/** One line for each file, and one for all. */
export function tableOf(scores: readonly Score[]): string {
  const rows = [...scores, totalOf(scores)].map((score) => [
    score.file,
    ...[score.mutants, score.fixed, score.unmet, score.survived].map(String),
    caughtPercent(score).toFixed(1),
  ])
  const table = [['file', 'mutants', 'static', 'unmet', 'survived', 'caught %'], ...rows]
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? []
  return table
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    )
    .join('\n')
}
