import { existsSync, readFileSync, writeFileSync } from 'node:fs'

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

/** `core/policy` or `agent/vtpm`: the folder with a door whose tests are measured together. */
export const componentOf = (file: string): string => file.split('/').slice(0, -1).slice(0, 2).join('/')

/** Where the results of a component are kept from one run to the next. */
export const reportOf = (component: string): string => `.cache/mutation/${component.replaceAll('/', '-')}.json`

const read = (component: string): Report => JSON.parse(readFileSync(reportOf(component), 'utf8')) as Report

/** The files of a component that were measured. */
export const measuredOf = (component: string): readonly string[] =>
  existsSync(reportOf(component)) ? Object.keys(read(component).files) : []

/** Notes of files without a single mutant, which the report leaves out, that they were measured. */
export function keepMeasured(component: string, measured: readonly string[]): void {
  const report = read(component)
  const none = { language: 'typescript', source: '', mutants: [] }
  const all = { ...Object.fromEntries(measured.map((file) => [file, none])), ...report.files }
  writeFileSync(reportOf(component), JSON.stringify({ ...report, files: all }))
}

/** Of the mutants that a test meets, the part that it notices, in per cent. */
export const caughtPercent = ({ caught, survived }: Pick<Score, 'caught' | 'survived'>): number =>
  caught + survived === 0 ? 100 : (100 * caught) / (caught + survived)

/** The kept result of a file; undefined if it never was measured. */
export function scoreOf(file: string): Score | undefined {
  const component = componentOf(file)
  const mutants = existsSync(reportOf(component)) ? read(component).files[file]?.mutants : undefined
  if (mutants === undefined) return undefined
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
