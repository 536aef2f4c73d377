import { writeSync } from 'node:fs'
import { ServerCertificateError } from '../ca/index.ts'
import { ConfigError } from '../config/index.ts'
import { DataFolderBusy, DataFolderError } from '../data/index.ts'
import { KeyError, PassphraseError, PromptInterrupted } from '../keys/index.ts'
import { StoreError } from '../store/index.ts'

const standardError = 2
const failed = 1

/** Errors whose message tells the operator what to do; anything else is our mistake and shows where it was made. */
const expected = [
  ConfigError,
  DataFolderBusy,
  DataFolderError,
  KeyError,
  PassphraseError,
  PromptInterrupted,
  ServerCertificateError,
  StoreError,
] as const

/** The system's errors, and SQLite's, say themselves what they are about. */
function isOfSystem(error: unknown): error is Error {
  return error instanceof Error && ('syscall' in error || ('code' in error && String(error.code).startsWith('SQLITE_')))
}

/** Says on standard error what went wrong, in one line where the operator can mend it; answers the exit code. */
export function report(error: unknown): number {
  const text =
    expected.some((kind) => error instanceof kind) || isOfSystem(error)
      ? (error as Error).message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error)
  writeSync(standardError, `bootlatch-server: ${text}\n`)
  return failed
}
