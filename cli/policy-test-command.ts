import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import type { CaseResult } from '../agent/boot/index.ts'
import { Failure } from './failure.ts'
import { offline, writeOver } from './offline.ts'
import { junit, type TestedFile } from './junit.ts'
import { toned, type Page } from './page.ts'
import type { World } from './session.ts'

/** `bootlatch policy test PATH...`: works on files alone. */
export function addPolicyTest(policies: Command, world: World): void {
  const command = policies
    .command('test')
    .summary('judge simulated boots by a policy, without a machine or a server')
    .description(
      'Runs boot tests (YAML, schema/boot-tests.schema.json): each takes a recorded or computed boot, changes something\n' +
        'of it, of its log, its quote or its keys, and says what the policy has to make of it.',
    )
    .argument('<path...>', 'files of boot tests, or folders of them')
    .option('--junit <file>', 'write the results as JUnit XML too')
    .addHelpText(
      'after',
      `
Prints TAP 14. Exits 1 if a test fails.

Example:
  cat > kernel.yaml <<END
  kind: BootTests
  boot: good-boot.bin
  policy: web.yaml
  cases:
    - name: another kernel stops the machine
      change: [{ replace: { event: 26, measured: "another kernel" } }]
      expect: { outcome: deny, reasons: [component/digest] }
  END
  bootlatch policy test kernel.yaml`,
    )
  offline<[paths: readonly string[]], { junit?: string }>(
    command,
    world,
    async (session, [paths], { junit: report }) => {
      const { runBootTests } = await import('../agent/boot/index.ts')
      const files: TestedFile[] = []
      for (const path of await testFiles(paths))
        files.push({ path, results: await resultsOf(runBootTests(path), path) })
      session.answer({ files }, (page) => {
        describeTap(page, files)
      })
      if (report !== undefined) await writeOver(report, junit(files))
      if (files.some(({ results }) => results.some(({ passed }) => !passed))) world.end('error')
    },
  )
}

async function testFiles(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      if (!(await isFolder(path))) return [path]
      const names = (await readdir(path)).filter((name) => name.endsWith('.yaml')).sort()
      if (names.length === 0) throw new Failure('file/unreadable', `${path} has no boot tests (*.yaml)`)
      return names.map((name) => join(path, name))
    }),
  )
  return found.flat()
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (cause) {
    throw new Failure('file/unreadable', `cannot read ${path}: ${(cause as Error).message}`, { cause })
  }
}

async function resultsOf(run: AsyncIterable<CaseResult>, path: string): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = []
  try {
    for await (const result of run) results.push(result)
  } catch (cause) {
    throw new Failure(
      'policy/test',
      (cause as Error).message.includes(path) ? (cause as Error).message : `${path}: ${(cause as Error).message}`,
      { cause },
    )
  }
  return results
}

/** Test Anything Protocol, version 14. */
function describeTap(page: Page, files: readonly TestedFile[]): void {
  const all = files.flatMap(({ path, results }) => results.map((result) => ({ path, result })))
  page.line('TAP version 14').line(`1..${all.length}`)
  for (const [at, { path, result }] of all.entries()) {
    const name = `${path}: ${result.name}`.replaceAll('#', '\\#')
    page.line(result.passed ? toned('good', 'ok') : toned('bad', 'not ok'), ` ${at + 1} - ${name}`)
    if (!result.passed)
      page
        .line('  ---')
        .line(`  message: ${JSON.stringify(result.problem)}`)
        .line('  ...')
  }
}
