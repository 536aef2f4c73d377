import { writeSync } from 'node:fs'

const standardError = 2
const failure = 1
/** Nothing these programs create is for other users, unless they are told so. */
const ownerOnlyUmask = 0o077

/** Errors that tell who started the program what is wrong; any other is our mistake and shows where it happened. */
const expected: ReadonlySet<string> = new Set([
  'AuthorityError',
  'FolderInUse',
  'KeyFileError',
  'ManufactureError',
  'StateFileError',
  'StateUnusableError',
  'UsageError',
])

/** Runs a program on its arguments; it ends with the code that `main` gives. */
export async function runProgram(name: string, main: (args: readonly string[]) => Promise<number>): Promise<void> {
  process.umask(ownerOnlyUmask)
  try {
    process.exitCode = await main(process.argv.slice(2))
  } catch (error) {
    writeSync(standardError, `${name}: ${textOf(error)}\n`)
    process.exitCode = failure
  }
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const isExpected = expected.has(error.name) || 'syscall' in error
  return isExpected ? error.message : (error.stack ?? error.message)
}
