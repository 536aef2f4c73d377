/**
 * `make mutate DIR=core/evidence`, or `FILES="core/policy/group.ts …"`: changes the code in small ways and tells which
 * changes the unit tests let pass. It goes on piece by piece and keeps what it found, so that a run that was stopped has
 * little to do again. Ends with 1 where less than 85 % of the mutants that a test meets were caught, or where a file was
 * not measured. `SCORE=1` prints what is kept and measures nothing; `TESTS=…` takes these tests alone, where all of a
 * component would take too long: then the score is the least that it can be.
 */
import { Stryker } from '@stryker-mutator/core'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { parseArgs } from 'node:util'
import {
  caughtPercent,
  componentOf,
  keepMeasured,
  measuredOf,
  reportOf,
  scoreOf,
  tableOf,
  totalOf,
} from './mutation-score.ts'

type Options = Required<ConstructorParameters<typeof Stryker>[0]>

const leastCaughtPercent = 85

const { values, positionals } = parseArgs({
  options: { score: { type: 'boolean' }, tests: { type: 'string', multiple: true } },
  allowPositionals: true,
})
if (positionals.length === 0 || !positionals.every((path) => existsSync(path))) {
  console.error('which folder or files? make mutate DIR=core/evidence')
  process.exit(2)
}

const isSource = (path: string) => path.endsWith('.ts') && !path.endsWith('index.ts')
const files = positionals
  .map((path) => normalize(path).replace(/\/$/, ''))
  .flatMap((path) =>
    statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, encoding: 'utf8' })
          .filter(isSource)
          .map((name) => join(path, name))
      : [path],
  )
  .sort()

/** So much is found in minutes on an idle machine, and lost where the run is stopped. */
const pieceLines = 400

/** Files of one component, together as long as a piece. */
function inPieces(all: readonly string[]): readonly (readonly string[])[] {
  const pieces: { readonly component: string; lines: number; readonly files: string[] }[] = []
  for (const file of all) {
    const lines = readFileSync(file, 'utf8').split('\n').length
    const last = pieces.at(-1)
    if (last?.component === componentOf(file) && last.lines + lines <= pieceLines) {
      last.lines += lines
      last.files.push(file)
    } else pieces.push({ component: componentOf(file), lines, files: [file] })
  }
  return pieces.map((piece) => piece.files)
}

/** A file is met by the tests of the whole component that it is a part of. */
function testsOf(component: string): string {
  const folder = `test/unit/${component}`
  return `${existsSync(folder) ? folder : 'test/unit'}/**/*.test.ts`
}

const mutate = (component: string, piece: readonly string[]) =>
  new Stryker({
    mutate: [...piece],
    testRunner: 'mocha-in-one-process',
    plugins: ['./scripts/mutation-runner.ts'],
    mochaOptions: { spec: values.tests ?? [testsOf(component)] },
    testRunnerNodeArgs: ['--import=tsx'],
    coverageAnalysis: 'perTest',
    ignoreStatic: true,
    incremental: true,
    incrementalFile: reportOf(component),
    tempDirName: '.cache/mutation/sandbox',
    // What lies about in a working folder besides the sources is large, or gone while it is copied.
    ignorePatterns: ['/dist', '/coverage', '/.cache', '/.git'],
    concurrency: 1,
    // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the enum is in a package that is not ours to name
    logLevel: 'error' as Options['logLevel'],
    reporters: ['clear-text'],
    clearTextReporter: { allowEmojis: false, logTests: false, reportScoreTable: false, reportTests: false },
    allowEmpty: true,
  }).runMutationTest()

if (values.score !== true)
  for (const piece of inPieces(files)) {
    console.log(piece.join(' '))
    const component = componentOf(piece[0] ?? '')
    const before = measuredOf(component)
    await mutate(component, piece)
    keepMeasured(component, [...before, ...piece])
  }

const scores = files.map(scoreOf)
const measured = scores.filter((score) => score !== undefined)
const unmeasured = files.filter((_, n) => scores[n] === undefined)
console.log(tableOf(measured))
if (unmeasured.length > 0) console.error(`not measured: ${unmeasured.join(' ')}`)
if (unmeasured.length > 0 || caughtPercent(totalOf(measured)) < leastCaughtPercent) process.exit(1)
