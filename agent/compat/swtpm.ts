import { writeSync } from 'node:fs'
import { daemonize, isDaemonChild, tellReady } from './daemon.ts'
import { stateKeyFrom } from './given-key.ts'
import { openLog } from './log.ts'
import { openPlaces } from './open-place.ts'
import { runAs } from './run-as.ts'
import { runProgram } from './run-program.ts'
import { printedCapabilities, printedStates } from './printed-answers.ts'
import { swtpmHelp, swtpmVersion } from './swtpm-help.ts'
import { readSwtpmOptions, type SwtpmOptions } from './swtpm-options.ts'
import { UsageError } from './usage-error.ts'

const standardOutput = 1
const interfaces = ['socket', 'chardev', 'cuse']

/** What programs ask for before they use an option (swtpm's `--print-capabilities`). */
const features = [
  'tpm-2.0',
  'tpm-send-command-header',
  'flags-opt-startup',
  'cmdarg-seccomp',
  'cmdarg-key-fd',
  'cmdarg-pwd-fd',
  'cmdarg-print-states',
  'nvram-backend-dir',
  'rsa-keysize-1024',
  'rsa-keysize-2048',
  'rsa-keysize-3072',
]

function print(text: string): void {
  writeSync(standardOutput, `${text}\n`)
}

async function main([what, ...args]: readonly string[]): Promise<number> {
  if (what === '--version' || what === '-v') print(swtpmVersion)
  else if (what === '--help' || what === '-h') print(swtpmHelp)
  else if (what === undefined) throw new UsageError('Missing TPM interface type.')
  else if (!interfaces.includes(what)) throw new UsageError(`Unsupported TPM interface type '${what}'.`)
  else if (what !== 'socket')
    throw new UsageError(
      `Unsupported TPM interface type '${what}'. This TPM is reached by sockets, which 'swtpm socket' serves.`,
    )
  else return socket(args)
  return 0
}

async function socket(args: readonly string[]): Promise<number> {
  const options = readSwtpmOptions(args)
  const { asks, folder } = options
  if (asks !== undefined) {
    await answer(asks, folder)
    return 0
  }
  if (folder === '') throw new UsageError('Give the folder of the state with --tpmstate dir=, or TPM_PATH.')
  if (options.data === undefined && options.control === undefined)
    throw new UsageError('Nothing to serve: give --server or --ctrl.')
  if (options.isDaemon && !isDaemonChild()) return daemonize(['socket', ...args], options)
  await serve(options)
  return 0
}

async function answer(asks: NonNullable<SwtpmOptions['asks']>, folder: string): Promise<void> {
  switch (asks) {
    case 'capabilities':
      print(printedCapabilities('swtpm', features))
      break
    case 'states': {
      const { storedStates } = await import('./stored-states.ts')
      print(printedStates(storedStates(folder)))
      break
    }
    case 'help':
      print(swtpmHelp)
      break
    case 'version':
      print(swtpmVersion)
      break
  }
}

async function serve(options: SwtpmOptions): Promise<void> {
  const log = openLog(options.log, 'swtpm: ')
  try {
    if (options.runAs !== undefined) runAs(options.runAs)
    const places = await openPlaces(options)
    try {
      // Loaded when clients can come already: it is most of the program.
      const { serveSwtpmPlaces } = await import('./serve-swtpm.ts')
      const say = (text: string): void => {
        log.say(text)
      }
      await serveSwtpmPlaces(options, places, await keysOf(options, say), { onReady: tellReady, say })
    } finally {
      await places.close()
    }
  } catch (error) {
    if (error instanceof Error && options.log !== undefined) log.say(error.message)
    throw error
  } finally {
    log.close()
  }
}

async function keysOf(
  { folder, key, migrationKey }: SwtpmOptions,
  say: (text: string) => void,
): Promise<{ readonly key: Uint8Array; readonly blobKey: Uint8Array | undefined }> {
  const blobKey = migrationKey === undefined ? undefined : stateKeyFrom(migrationKey)
  if (key !== undefined) return { key: stateKeyFrom(key), blobKey }
  const { keyBeside } = await import('./key-beside.ts')
  return { key: await keyBeside(folder, { warn: say }), blobKey }
}

await runProgram('swtpm', main)
