/**
 * `make mutate DIR=core/evidence`: changes the code of one folder in small ways and tells which changes its unit tests
 * let pass. Ends with 1 if there were fewer mutants than source files, which says that the tool looked at something else.
 */
import { Stryker } from '@stryker-mutator/core'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const [folder] = process.argv.slice(2)
if (folder === undefined || !existsSync(folder)) {
  console.error('which folder? make mutate DIR=core/evidence')
  process.exit(2)
}

const maxMinutes = 60
setTimeout(() => {
  console.error(`not done within ${maxMinutes} minutes; what was found is kept for the next time`)
  process.exit(1)
}, maxMinutes * 60_000).unref()

const tests = existsSync(`test/unit/${folder}`) ? `test/unit/${folder}` : 'test/unit'
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('index.ts'))
  .map((path) => join(folder, path))
const mutants = await new Stryker({
  mutate: sources,
  testRunner: 'mocha',
  plugins: ['@stryker-mutator/mocha-runner'],
  mochaOptions: { spec: [`${tests}/**/*.test.ts`] },
  testRunnerNodeArgs: ['--import=tsx'],
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  incremental: true,
  incrementalFile: `.cache/mutation/${folder.replaceAll('/', '-')}.json`,
  tempDirName: '.cache/mutation/sandbox',
  // What lies about in a working folder besides the sources is large, or gone while it is copied.
  ignorePatterns: ['/dist', '/coverage', '/.cache', '/.git'],
  concurrency: 2,
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { allowEmojis: false, logTests: false, reportScoreTable: true },
  allowEmpty: true,
}).runMutationTest()

const judged = mutants.filter(({ status }) => status !== 'Ignored')
const caught = judged.filter(({ status }) => status === 'Killed' || status === 'Timeout')
const score = judged.length === 0 ? 0 : (100 * caught.length) / judged.length
console.log(`${sources.length} files, ${mutants.length} mutants, ${judged.length} judged, ${score.toFixed(1)} % caught`)
if (mutants.length < sources.length) {
  console.error('fewer mutants than source files')
  process.exit(1)
}
