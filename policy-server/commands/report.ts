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

/** What is to be done about errors of the system; SQLite's say themselves what they are about. */
const advice: Readonly<Record<string, string>> = {
  EADDRINUSE: 'end what listens there, or change listen in the configuration',
  EADDRNOTAVAIL: 'this host has no such address: change listen in the configuration',
  EACCES: 'run it as the user that owns the data folder; ports below 1024 need a privilege',
  ENOTDIR: 'name a folder',
  ENOSPC: 'make room, and run the same again',
}

function ofSystem(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, syscall, message } = error as NodeJS.ErrnoException
  if (syscall === undefined && code?.startsWith('SQLITE_') !== true) return undefined
  const todo = advice[code ?? '']
  return todo === undefined ? message : `${message}: ${todo}`
}

/** Says on standard error what went wrong, in one line where the operator can mend it; answers the exit code. */
export function report(error: unknown): number {
  const own = expected.some((kind) => error instanceof kind) ? (error as Error).message : ofSystem(error)
  const text = own ?? (error instanceof Error ? (error.stack ?? error.message) : String(error))
  writeSync(standardError, `bootlatch-server: ${text}\n`)
  return failed
}
