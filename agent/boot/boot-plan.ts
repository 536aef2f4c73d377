import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { WireError } from '../../core/bytes/index.ts'
import { filesOfBoot, parseBootDescription, planBoot } from '../../core/boot/index.ts'
import {
  type EventLog,
  type LogAlgorithm,
  logLimits,
  parseEventLog,
  startupLocality,
} from '../../core/eventlog/index.ts'
import { readNeeded } from './read-needed.ts'

/** A boot to be measured, all files read. */
export interface BootPlan {
  /** The locality at which the TPM is started. */
  readonly startupLocality: number
  /** The log that the boot writes on a TPM with these banks. */
  log(algorithms: readonly LogAlgorithm[]): EventLog
}

/**
 * A boot as a description names it; file names in it are relative to it.
 * @throws BootDescriptionError with line and column; BootFileError if a file is not what the description takes it for.
 */
export async function describedBoot(path: string): Promise<BootPlan> {
  const description = parseBootDescription(await readFile(path, 'utf8'), path)
  const files = new Map<string, Uint8Array>()
  for (const file of filesOfBoot(description)) files.set(file.path, await readNeeded(dirname(path), file))
  return {
    startupLocality: startupLocality(planBoot(description, files, []).events),
    log: (algorithms) => planBoot(description, files, algorithms),
  }
}

/**
 * A boot that firmware recorded, to be measured again as it was.
 * @throws WireError or BootFileError if the log is malformed or too large; EventLogError if its start-up locality is unclear.
 */
export async function recordedBoot(path: string): Promise<BootPlan> {
  const log = parsed(path, await readNeeded('.', { path, limitBytes: logLimits.logBytes, startOnly: false }))
  return { startupLocality: startupLocality(log.events), log: () => log }
}

function parsed(path: string, bytes: Uint8Array): EventLog {
  try {
    return parseEventLog(bytes)
  } catch (cause) {
    if (!(cause instanceof WireError)) throw cause
    throw new WireError(`is no event log: ${cause.message}`, [path], { cause })
  }
}
