import type { Command } from 'commander'
import { destination, pino, type Logger } from 'pino'
import { toHex } from '../../core/bytes/index.ts'
import { readConfig, writeEndpoint } from '../config/index.ts'
import { startServer, type RunningServer } from '../server/index.ts'
import { report } from './report.ts'
import { clock, configOption, passphraseOption, passphraseSource, random, say, version } from './surroundings.ts'

const standardError = 2
const renewalCheckMs = 12 * 3_600_000

interface Options {
  readonly config: string
  readonly passphraseFile?: string
}

async function start({ config: file, passphraseFile }: Options): Promise<void> {
  const config = readConfig(file)
  const log = pino({ level: config.log.level, base: null }, destination({ fd: standardError, sync: true }))
  const passphrase = passphraseSource(passphraseFile ?? config.passphraseFile)
  const server = await startServer(config, { passphrase, version, clock, random, log })
  stopOnSignal(server)
  renewInTime(server, log)
  say({
    event: 'ready',
    main: server.main.map(writeEndpoint),
    join: server.join.map(writeEndpoint),
    ...(server.results.length === 0 ? {} : { results: server.results.map(writeEndpoint) }),
    serverId: toHex(server.serverId),
    ...(server.operatorBundle === undefined ? {} : { operator: server.operatorBundle }),
  })
}

function stopOnSignal(server: RunningServer): void {
  const stop = (): void => {
    server.stop().then(
      () => process.exit(0),
      (error: unknown) => process.exit(report(error)),
    )
  }
  process.once('SIGTERM', stop).once('SIGINT', stop)
}

function renewInTime(server: RunningServer, log: Logger): void {
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

export function addStartCommand(program: Command): void {
  program
    .command('start')
    .description('Run the server until SIGTERM; SIGHUP reads the server certificate again.')
    .option(...configOption)
    .option(...passphraseOption)
    .action(start)
}
