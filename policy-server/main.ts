import { randomBytes } from 'node:crypto'
import { existsSync, writeSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Command, CommanderError } from 'commander'
import { destination, pino } from 'pino'
import { toHex } from '../core/bytes/index.ts'
import { ServerCertificateError } from './ca/index.ts'
import { ConfigError, readConfig, writeEndpoint } from './config/index.ts'
import { DataFolderError, openData, takeDataFolder } from './data-folder.ts'
import { DataFolderBusy, localDisk, writeDurably } from './data/index.ts'
import { KeyError, PassphraseError, PromptInterrupted, type PassphraseSource } from './keys/index.ts'
import { startServer, type RunningServer } from './server.ts'
import { StoreError } from './store/index.ts'

declare const BOOTLATCH_VERSION: string | undefined

const version = typeof BOOTLATCH_VERSION === 'undefined' ? 'development' : BOOTLATCH_VERSION
const defaultConfig = '/etc/bootlatch/server.yaml'
const exit = { error: 1, usage: 2 } as const
const standardOutput = 1
const standardError = 2
const renewalCheckMs = 12 * 3_600_000
/** Nothing the server creates is for other users. */
const ownerOnlyUmask = 0o077

const random = (size: number): Uint8Array => Uint8Array.from(randomBytes(size))
const clock = (): number => Date.now()
const say = (line: string): void => void writeSync(standardOutput, `${line}\n`)

/** Errors whose message tells the operator what to do; anything else is our mistake and shows its stack. */
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

function passphraseSource(file: string | undefined): PassphraseSource {
  const { stdin, stderr } = process
  return {
    file,
    credentials: process.env['CREDENTIALS_DIRECTORY'],
    terminal: stdin.isTTY && stderr.isTTY ? { input: stdin, output: stderr } : undefined,
  }
}

const starterConfig = (
  folder: string,
): string => `# Configuration of bootlatch-server. Every key is checked; an unknown one stops the start.
dataDir: ${JSON.stringify(folder)}
listen:
  main: 127.0.0.1:7443 # machines and operators, by client certificate
  join: 127.0.0.1:7444 # enrolment
# Under which names machines reach the server, where that is not what it listens on:
# advertise:
#   main: bootlatch.example.com:7443
#   join: bootlatch.example.com:7444
`

async function init(options: { readonly data: string; readonly passphraseFile?: string }): Promise<void> {
  const folder = resolve(options.data)
  const lock = takeDataFolder(folder)
  try {
    const { vault, ca } = await openData(folder, {
      disk: localDisk,
      passphrase: passphraseSource(options.passphraseFile),
      random,
      clock,
    })
    vault.close()
    const config = join(folder, 'server.yaml')
    if (!existsSync(config)) writeDurably(localDisk, config, new TextEncoder().encode(starterConfig(folder)))
    say(JSON.stringify({ event: 'initialized', dataDir: folder, config, serverId: toHex(ca.serverId) }))
  } finally {
    lock.release()
  }
}

async function start(options: { readonly config: string; readonly passphraseFile?: string }): Promise<void> {
  const config = readConfig(options.config)
  const log = pino({ level: config.log.level, base: null }, destination({ fd: standardError, sync: true }))
  const passphrase = passphraseSource(options.passphraseFile ?? config.passphraseFile)
  const server = await startServer(config, { passphrase, version, clock, random, log })
  stopOnSignal(server)
  renewInTime(server, log)
  say(
    JSON.stringify({
      event: 'ready',
      main: server.main.map(writeEndpoint),
      join: server.join.map(writeEndpoint),
      serverId: toHex(server.serverId),
      ...(server.operatorBundle === undefined ? {} : { operator: server.operatorBundle }),
    }),
  )
}

function stopOnSignal(server: RunningServer): void {
  const stop = (): void => {
    server.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        report(error)
        process.exit(exit.error)
      },
    )
  }
  process.once('SIGTERM', stop).once('SIGINT', stop)
}

function renewInTime(server: RunningServer, log: pino.Logger): void {
  const renew = (): void => {
    server.renewIdentity().then(
      () => {
        log.info('the server certificate was renewed')
      },
      (error: unknown) => {
        log.error({ err: error }, 'the server certificate could not be renewed; the old one stays in use')
      },
    )
  }
  process.on('SIGHUP', renew)
  setInterval(() => {
    if (server.identityIsDue()) renew()
  }, renewalCheckMs).unref()
}

function report(error: unknown): void {
  const known = expected.some((kind) => error instanceof kind) || (error instanceof Error && 'syscall' in error)
  const text = known
    ? (error as Error).message
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error)
  writeSync(standardError, `bootlatch-server: ${text}\n`)
}

const program = new Command('bootlatch-server')
  .description(
    'Holds the disk keys and the boot policies; releases a key to a machine that may start and booted as it should.',
  )
  .version(version)
  .exitOverride()
  .showHelpAfterError('(bootlatch-server --help says more)')

program
  .command('init')
  .description('Make the key vault, the certificate authority and a first configuration.')
  .requiredOption('--data <folder>', 'folder for everything the server keeps')
  .option('--passphrase-file <file>', 'passphrase of the key vault, mode 0600 (else systemd credential or terminal)')
  .action(init)

program
  .command('start')
  .description('Run the server until SIGTERM; SIGHUP reads the server certificate again.')
  .option('--config <file>', 'configuration', defaultConfig)
  .option('--passphrase-file <file>', 'passphrase of the key vault, mode 0600 (else systemd credential or terminal)')
  .action(start)

process.umask(ownerOnlyUmask)
try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : exit.usage)
  report(error)
  process.exit(exit.error)
}
