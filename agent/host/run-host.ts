import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'
import { destination, pino, type Logger } from 'pino'
import { rehearse, RsaWorkshop } from '../vtpm/index.ts'
import { type HostConfig, readHostConfig } from './host-config.ts'
import { Host } from './host.ts'
import { Turns } from './share.ts'
import { serveStatus } from './status-socket.ts'
import { type HostStatus } from './status.ts'

const standardError = 2
const bytesPerMiB = 1 << 20
/** What a reload does not change. */
const fixed = ['status', 'primePool', 'keyThreads', 'log'] as const

/** Serves the TPMs of a configuration until SIGTERM. Says on stdout, in one line of JSON, that it is ready. */
export async function runHost(file: string): Promise<void> {
  const config = readHostConfig(file)
  const log = pino({ level: config.log.level, base: null }, destination({ fd: standardError, sync: true }))
  // The event loop keeps a processor for itself, as far as there are two.
  const threads = config.keyThreads ?? Math.max(1, availableParallelism() - 1)
  const work = new RsaWorkshop({ threads, primePool: config.primePool })
  const host = await Host.start(config, { work, turns: new Turns(), clock: () => performance.now(), log })
  const status = (): HostStatus => ({
    pid: process.pid,
    upSeconds: Math.floor(process.uptime()),
    memoryMiB: Math.round(process.memoryUsage.rss() / bytesPerMiB),
    primesReady: work.primesReady,
    tpms: host.status,
  })
  const statusSocket = config.status === undefined ? undefined : await serveStatus(config.status, status)
  try {
    const reload = (): void => {
      void reloadHost(host, file, config, log)
    }
    process.on('SIGHUP', reload)
    const ended = new AbortController()
    const stopped = once(ended.signal, 'abort')
    const end = (): void => {
      ended.abort()
    }
    process.once('SIGTERM', end).once('SIGINT', end)
    const broken = host.status.filter(({ condition }) => condition === 'broken').map(({ name }) => name)
    process.stdout.write(`${JSON.stringify({ ready: true, tpms: config.tpms.length, broken })}\n`)
    await rehearse(ended.signal)
    await stopped
    process.off('SIGHUP', reload)
  } finally {
    await statusSocket?.close()
    await host.close()
    work.close()
  }
}

async function reloadHost(host: Host, file: string, before: HostConfig, log: Logger): Promise<void> {
  try {
    const config = readHostConfig(file)
    for (const key of fixed)
      if (JSON.stringify(config[key]) !== JSON.stringify(before[key]))
        log.warn(`${key} changes with the next start only`)
    await host.apply(config)
    log.info({ tpms: config.tpms.length }, 'configuration read')
  } catch (error) {
    log.error({ err: error }, 'the configuration stays as it was')
  }
}
