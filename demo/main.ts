/**
 * The main job, end to end, with the built programs and real tools: one good boot that opens a LUKS2 disk, and the
 * boots that must not. Exits 1 if any of them ends otherwise than it must.
 */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withChangedSection } from './changed-boots.ts'
import { freePort, must, run, start, type Running } from './processes.ts'
import { unlockWithOldQuote } from './old-quote.ts'
import { render, type Outcome, type Row } from './table.ts'

const passphrase = 'correct horse battery staple'
const machine = 'web-1'
const recorded = (name: string): Uint8Array => new Uint8Array(readFileSync(`test/vectors/${name}/eventlog.bin`))

/** What the exit codes of `bootlatch-agent unlock` say. */
const outcomeOf: ReadonlyMap<number | null, Outcome> = new Map([
  [0, 'opens the disk'],
  [3, 'refused'],
  [4, 'held'],
])

const scratch = mkdtempSync(join(tmpdir(), 'bootlatch-demo-'))
const at = (...names: readonly string[]): string => join(scratch, ...names)
const rows: Row[] = []
let server: Running | undefined
/** The main listener as a thief reaches it: from ::1, a network that no policy here approves. */
let thiefsAddress = ''

try {
  const began = Date.now()
  server = await startServer()
  const operator = { BOOTLATCH_OPERATOR: at('server', 'operator.json') }
  const bootlatch = async (...args: readonly string[]): Promise<string> => await must('bootlatch', args, operator)

  writeBoots()
  say('inviting and enrolling a machine')
  writeFileSync(at('token'), await bootlatch('machine', 'invite', machine))
  await must('bootlatch-agent', ['enrol', '--state', at('vm'), '--token-file', at('token')])
  await bootlatch('machine', 'accept', machine, '--yes')

  say('making a LUKS2 disk and depositing its key')
  makeDisk()
  await must('bootlatch-agent', [
    'volume',
    'add',
    '--state',
    at('vm'),
    '--device',
    at('disk.img'),
    '--existing-key-file',
    at('disk.key'),
  ])

  say('booting once to learn a policy')
  await unlock(at('vm'), 'good.log')
  await bootlatch('policy', 'learn', machine, '-o', at('policy.yaml'))
  await bootlatch('policy', 'apply', at('policy.yaml'))

  say('booting well, and in every wrong way')
  const copyOfTheDisk = at('copy-taken-early')
  const boot = async (
    title: string,
    expected: Outcome,
    ended: Promise<{ code: number | null; errors: string }>,
  ): Promise<void> => {
    const { code, errors } = await ended
    const got = outcomeOf.get(code) ?? 'failed'
    rows.push({ boot: title, expected, got, reason: got === 'failed' ? errors.trim() : await newestReason() })
  }

  await boot('unchanged, with the policy in force', 'opens the disk', unlock(at('vm'), 'good.log'))
  await boot('another kernel in the image', 'refused', unlock(at('vm'), 'other-kernel.log'))
  await boot('another kernel command line', 'refused', unlock(at('vm'), 'other-cmdline.log'))
  await boot('Secure Boot off', 'refused', unlock(at('vm'), 'no-secure-boot.log'))
  await boot('good again, but the quote of an earlier boot', 'refused', unlockWithOldQuote(at('vm'), at('good.log')))
  cpSync(at('vm'), copyOfTheDisk, { recursive: true })
  await boot(
    'a copy, started first from another network',
    'refused',
    unlock(copyOfTheDisk, 'good.log', '--server', thiefsAddress),
  )
  await boot('the original, afterwards', 'opens the disk', unlock(at('vm'), 'good.log'))
  await boot('a copy, started after the original', 'held', unlock(copyOfTheDisk, 'good.log'))
  await bootlatch('machine', 'lock', machine, '--reason', 'demonstration')
  await boot('the original, locked by its owner', 'refused', unlock(at('vm'), 'good.log'))

  process.stdout.write(`${render(rows)}\n${((Date.now() - began) / 1000).toFixed(1)} s\n`)
  if (rows.some(({ expected, got }) => expected !== got)) process.exitCode = 1

  /** What an engineer reads first about the newest decision. */
  async function newestReason(): Promise<string> {
    const { decisions } = JSON.parse(await bootlatch('decision', 'list', '--limit', '1', '--json')) as {
      decisions: { number: number; summary: string }[]
    }
    const newest = decisions[0]
    if (newest === undefined) return ''
    const { bootDiff } = JSON.parse(await bootlatch('decision', 'show', newest.number.toString(), '--json')) as {
      bootDiff: string[]
    }
    return [`#${newest.number.toString()}: ${newest.summary}`, ...bootDiff.slice(0, 2)].map(withShortDigests).join('\n')
  }
} finally {
  await server?.stop()
  rmSync(scratch, { recursive: true, force: true })
}

async function startServer(): Promise<Running> {
  say('starting a policy server')
  writeFileSync(at('passphrase'), passphrase, { mode: 0o600 })
  const [main, joining] = [await freePort(), await freePort()]
  thiefsAddress = `[::1]:${main}`
  writeFileSync(
    at('server.yaml'),
    `dataDir: ${at('server')}
listen:
  main: ['127.0.0.1:${main}', '[::1]:${main}']
  join: ['127.0.0.1:${joining}']
tls:
  names: ['127.0.0.1', '::1', localhost]
passphraseFile: ${at('passphrase')}
`,
  )
  return await start('bootlatch-server', ['start', '--config', at('server.yaml')])
}

function writeBoots(): void {
  const good = recorded('uki-secureboot')
  writeFileSync(at('good.log'), good)
  writeFileSync(at('other-kernel.log'), withChangedSection(good, '.linux', 'a kernel with a back door'))
  writeFileSync(at('other-cmdline.log'), withChangedSection(good, '.cmdline', 'console=ttyS0 init=/bin/sh\0'))
  writeFileSync(at('no-secure-boot.log'), recorded('uki'))
}

/** A LUKS2 image, without loop devices or root. */
function makeDisk(): void {
  writeFileSync(at('disk.img'), '')
  truncateSync(at('disk.img'), 32 << 20)
  writeFileSync(at('disk.key'), randomBytes(32), { mode: 0o600 })
  const cost = ['--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000']
  execFileSync(
    'cryptsetup',
    ['luksFormat', '--batch-mode', '--type', 'luks2', ...cost, '--key-file', at('disk.key'), at('disk.img')],
    {
      env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
    },
  )
}

function unlock(state: string, log: string, ...more: readonly string[]): ReturnType<typeof run> {
  return run('bootlatch-agent', ['unlock', '--state', state, '--replay', at(log), '--test', '--wait', '1', ...more])
}

/** Digests as far as a person compares them. */
function withShortDigests(text: string): string {
  return text.replaceAll(/\b([0-9a-f]{16})(?:[0-9a-f]+…?|\.\.\.)/g, '$1…')
}

function say(what: string): void {
  process.stderr.write(`${what}\n`)
}
