import { closeSync, openSync, writeSync } from 'node:fs'
import { type SwtpmOptions } from './swtpm-options.ts'

/** Where the program tells what happens. */
export interface Log {
  say(text: string): void
  close(): void
}

const standardError = 2
const ownerOnly = 0o600

/**
 * The log that was asked for; standard error, with a prefix, where none was.
 * @throws Error of the system.
 */
export function openLog(log: SwtpmOptions['log'], prefix: string): Log {
  if (log === 'none') return { say: () => undefined, close: () => undefined }
  if (log === undefined) return logTo(standardError, prefix, () => undefined)
  const fd = 'path' in log ? openSync(log.path, log.truncates ? 'w' : 'a', ownerOnly) : log.fd
  return logTo(fd, log.prefix, () => {
    closeSync(fd)
  })
}

function logTo(fd: number, prefix: string, close: () => void): Log {
  return {
    say(text) {
      try {
        writeSync(fd, `${prefix}${text}\n`)
      } catch {
        // Who read the log is gone, and the TPM serves on.
      }
    },
    close,
  }
}
