/**
 * `make mutate DIR=core/evidence`, or `FILES="core/policy/group.ts …"`: changes the code in small ways and tells which
 * changes the unit tests let pass. It goes file by file and keeps what it found of each, so that a run that was stopped
 * goes on where it was. Ends with 1 where less than 85 % of the mutants that a test meets were caught, or where a file
 * was not measured. `SCORE=1` prints what is kept and measures nothing; `TESTS=…` takes these tests alone, where all of
 * a component would take too long: then the score is the least that it can be.
 */
import { Stryker } from '@stryker-mutator/core'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { parseArgs } from 'node:util'
import { caughtPercent, resultOf, scoreOf, tableOf, totalOf } from './mutation-score.ts'

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

/** A file is met by the tests of the whole component it is a part of, `core/policy` or `agent/vtpm`. */
function testsOf(file: string): string {
  const [layer, component] = file.split('/')
  const folder = `test/unit/${layer}/${component}`
  return existsSync(folder) ? folder : `test/unit/${layer}`
}

const mutate = (file: string) =>
  new Stryker({
    mutate: [file],
    testRunner: 'mocha-in-one-process',
    plugins: ['./scripts/mutation-runner.ts'],
    mochaOptions: { spec: values.tests ?? [`${testsOf(file)}/**/*.test.ts`] },
    testRunnerNodeArgs: ['--import=tsx'],
    coverageAnalysis: 'perTest',
    ignoreStatic: true,
    incremental: true,
    incrementalFile: resultOf(file),
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
  for (const file of files) {
    console.log(file)
    await mutate(file)
  }

const scores = files.map(scoreOf)
const measured = scores.filter((score) => score !== undefined)
const unmeasured = files.filter((_, n) => scores[n] === undefined)
console.log(tableOf(measured))
if (unmeasured.length > 0) console.error(`not measured: ${unmeasured.join(' ')}`)
if (unmeasured.length > 0 || caughtPercent(totalOf(measured)) < leastCaughtPercent) process.exit(1)
