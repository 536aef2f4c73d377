/** Many TPMs in one process: what each costs while idle, how soon it answers, and all of them starting at once. */
import { type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { firstLine, spawnAgent } from '../test/e2e/tpm-tools/tpm-process.ts'
import { bootCommands, Guest } from './host/guest.ts'

const guests = 500
const caps = { idleMiB: 0.3, firstAnswerMs: 10 }
const bytesPerPage = 4096
const bytesPerMiB = 1 << 20

interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly cap?: number
}

/** Prints the figures of a host with 500 TPMs. */
export async function benchHost(): Promise<{ readonly title: string; readonly figures: readonly Figure[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'bootlatch-bench-'))
  const names = Array.from({ length: guests }, (_, at) => `g${at}`)
  writeFileSync(join(folder, 'key'), new Uint8Array(32).fill(0x5a), { mode: 0o600 })
  const configured = (some: readonly string[]): string => {
    const file = join(folder, `${some.length}.yaml`)
    const entries = some.map((name) => entry(folder, name))
    writeFileSync(file, `primePool: 0\nlog: { level: error }\ntpms:\n${entries.join('')}`)
    return file
  }
  const figures: Figure[] = []
  let host: ChildProcess | undefined
  try {
    host = await start(configured(names))
    figures.push(...latencies('the first answer of 500 that are made at once', await boot(folder, names, 1)))
    await end(host)
    const first = names.slice(0, 1)
    const one = await startedUp(configured(first), folder, first)
    const all = await startedUp(configured(names), folder, names)
    const each = (all - one) / (guests - 1)
    figures.push({ name: 'memory of a host with one TPM', value: one, unit: 'MiB' })
    figures.push({ name: 'an idle TPM beyond the first', value: each, unit: 'MiB', cap: caps.idleMiB })
    host = await start(configured(names))
    figures.push(...(await firstAnswers(folder, names.slice(0, 50))))
    const begin = performance.now()
    const times = await boot(folder, names, bootCommands.length)
    figures.push({ name: '500 guests boot at once, all in all', value: performance.now() - begin, unit: 'ms' })
    figures.push(...latencies('one of their commands', times))
    const report = { title: `Host with ${guests} TPMs`, figures }
    print(report)
    return report
  } finally {
    if (host !== undefined) await end(host)
    rmSync(folder, { recursive: true, force: true })
  }
}

function entry(folder: string, name: string): string {
  const at = join(folder, name)
  return `  - { name: ${name}, state: ${at}, stateKeyFile: ${folder}/key, control: "unix:${at}.c", data: "unix:${at}.d", manufacture: true }\n`
}

async function start(config: string): Promise<ChildProcess> {
  const host = spawnAgent(['host', '--config', config])
  await firstLine(host)
  return host
}

async function end(host: ChildProcess): Promise<void> {
  if (host.exitCode !== null) return
  const ended = once(host, 'exit')
  host.kill('SIGTERM')
  await ended
}

/** Starts up the TPMs of a host one after the other and lets them be; the memory of all. */
async function startedUp(config: string, folder: string, names: readonly string[]): Promise<number> {
  const host = await start(config)
  const all: Guest[] = []
  try {
    for (const name of names) {
      const guest = await Guest.at(folder, name)
      all.push(guest)
      await guest.powerOn()
      await guest.run(bootCommands[0])
    }
    return memoryMiB(host)
  } finally {
    for (const guest of all) guest.close()
    await end(host)
  }
}

function memoryMiB({ pid }: ChildProcess): number {
  const pages = Number(readFileSync(`/proc/${pid ?? 0}/statm`, 'utf8').split(' ')[1])
  return (pages * bytesPerPage) / bytesPerMiB
}

/** From INIT to the answer to the first command. */
async function firstAnswers(folder: string, names: readonly string[]): Promise<Figure[]> {
  const times: number[] = []
  for (const name of names) {
    const guest = await Guest.at(folder, name)
    const begin = performance.now()
    await guest.powerOn()
    await guest.run(bootCommands[0])
    times.push(performance.now() - begin)
    guest.close()
  }
  return latencies('first answer after power-on', times, caps.firstAnswerMs)
}

/** Every guest gets power and runs the first commands of a boot; what each command took. */
async function boot(folder: string, names: readonly string[], commands: number): Promise<number[]> {
  const times = await Promise.all(
    names.map(async (name) => {
      const guest = await Guest.at(folder, name)
      await guest.powerOn()
      const own: number[] = []
      for (const command of bootCommands.slice(0, commands)) {
        const begin = performance.now()
        await guest.run(command)
        own.push(performance.now() - begin)
      }
      guest.close()
      return own
    }),
  )
  return times.flat()
}

function latencies(name: string, times: readonly number[], cap?: number): Figure[] {
  const sorted = times.toSorted((left, right) => left - right)
  const at = (part: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN
  return [
    { name: `${name}, p50`, value: at(0.5), unit: 'ms', ...(cap === undefined ? {} : { cap }) },
    { name: `${name}, p99`, value: at(0.99), unit: 'ms' },
  ]
}

function print({ title, figures }: { readonly title: string; readonly figures: readonly Figure[] }): void {
  console.log(title)
  for (const { name, value, unit, cap } of figures) {
    const verdict = cap === undefined ? '' : `  at most ${cap}${value <= cap ? '' : '  MISSED'}`
    console.log(`  ${name.padEnd(44)} ${value.toFixed(2).padStart(9)} ${unit}${verdict}`)
  }
  console.log('')
}
