import { expect } from 'chai'
import { type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SwtpmTransport } from '../../../agent/channel/index.ts'
import { askStatus } from '../../../agent/host/status-socket.ts'
import { type HostStatus } from '../../../agent/host/status.ts'
import {
  GetRandom,
  HierarchyChangeAuth,
  named,
  passwordSession,
  RH,
  Startup,
  SU,
  TpmClient,
} from '../../../core/tpm/index.ts'
import { Guest } from '../tpm-tools/guest.ts'
import { firstLine, outcome, spawnAgent } from '../tpm-tools/tpm-process.ts'

describe('bootlatch-agent host', () => {
  let folder: string
  let config: string
  let process: ChildProcess | undefined

  function write(...names: readonly string[]): void {
    const entries = names.map((name) => {
      const at = join(folder, name)
      return `  - { name: ${name}, state: ${at}, stateKeyFile: ${folder}/key, control: "unix:${at}.control", data: "unix:${at}.data", manufacture: true }\n`
    })
    for (const name of names) mkdirSync(join(folder, name), { recursive: true })
    writeFileSync(config, `status: ${folder}/status\nprimePool: 0\ntpms:\n${entries.join('')}`)
  }
  async function start(): Promise<{ readonly broken: readonly string[] }> {
    process = spawnAgent(['host', '--config', config])
    return JSON.parse(await firstLine(process)) as { readonly broken: readonly string[] }
  }
  async function end(signal: NodeJS.Signals): Promise<number | null> {
    const child = process
    process = undefined
    if (child === undefined) return null
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
    return child.exitCode
  }
  async function command(
    ...words: readonly string[]
  ): Promise<{ code: number | null; stdout: string; stderr: string }> {
    return outcome(spawnAgent(['host', ...words, '--config', config]))
  }
  const status = (): Promise<HostStatus> => askStatus(join(folder, 'status'))
  async function withTpm<Result>(name: string, use: (tpm: TpmClient) => Promise<Result>): Promise<Result> {
    const transport = new SwtpmTransport({ kind: 'unix', path: join(folder, `${name}.data`) })
    try {
      return await use(new TpmClient(transport))
    } finally {
      transport.close()
    }
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bootlatch-host-'))
    config = join(folder, 'host.yaml')
    writeFileSync(join(folder, 'key'), new Uint8Array(32).fill(0x5a), { mode: 0o600 })
  })
  afterEach(async () => {
    await end('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })

  it('serves its TPMs, takes new ones at SIGHUP, says how they are, and ends in order', async () => {
    write('a')
    expect(await command('--check')).to.deep.include({ code: 0, stderr: '' })
    expect(await start()).to.deep.equal({ ready: true, tpms: 1, broken: [] })
    await withTpm('a', (tpm) => tpm.run(Startup, {}, { startupType: SU.clear }))

    writeFileSync(config, 'tpms: none\n')
    process?.kill('SIGHUP')
    await withTpm('a', (tpm) => tpm.run(GetRandom, {}, { bytesRequested: 8 }))
    write('a', 'b')
    process?.kill('SIGHUP')
    while ((await status()).tpms[1]?.condition !== 'off');
    await withTpm('b', (tpm) => tpm.run(Startup, {}, { startupType: SU.clear }))
    const { stdout } = await command('status')
    expect(stdout).to.match(/\na +on +0 +1 +2\nb +on +0 +1 +1\n$/)
    expect(await end('SIGTERM')).to.equal(0)
  })

  it('goes on with every state after it was killed', async () => {
    write('a', 'b')
    await start()
    const password = Uint8Array.of(1, 2, 3)
    const owner = { ...named(RH.owner), auth: passwordSession() }
    await withTpm('a', async (tpm) => {
      await tpm.run(Startup, {}, { startupType: SU.clear })
      await tpm.run(HierarchyChangeAuth, { authHandle: owner }, { newAuth: password })
    })
    expect(await end('SIGKILL')).to.equal(null)
    expect(await start()).to.deep.include({ broken: [] })
    await withTpm('a', async (tpm) => {
      await tpm.run(Startup, {}, { startupType: SU.clear })
      const authHandle = { ...owner, auth: passwordSession(password) }
      await tpm.run(HierarchyChangeAuth, { authHandle }, { newAuth: new Uint8Array(0) })
    })
    expect((await status()).tpms.map(({ name, condition }) => `${name} ${condition}`)).to.deep.equal(['a on', 'b off'])
  })

  it('serves two machines of QEMU; one that is killed leaves the other alone, and its TPM to the next', async () => {
    write('a', 'b')
    await start()
    const guest = (name: string): Guest => {
      const own = mkdtempSync(join(folder, 'guest-'))
      return new Guest(own, 'tpm-tis', join(folder, `${name}.control`))
    }
    const conditions = async (): Promise<string[]> =>
      (await status()).tpms.map(({ condition, powerOns }) => `${condition} ${powerOns > 0}`)
    const [first, other] = [guest('a'), guest('b')]
    const guests = [first, other]
    try {
      await Promise.all(guests.map((each) => each.booted(1)))
      expect(await conditions()).to.deep.equal(['on true', 'on true'])
      await first.ended('SIGKILL')
      const next = guest('a')
      guests.push(next)
      await next.booted(1)
      await other.tell('system_reset')
      await other.booted(2)
      await next.tell('quit')
      while ((await conditions())[0] !== 'off true') await new Promise(setImmediate)
      expect(await conditions()).to.deep.equal(['off true', 'on true'])
    } finally {
      await Promise.all(guests.map((each) => each.ended('SIGKILL')))
    }
  })

  it('refuses a configuration with a mistake, and says where', async () => {
    writeFileSync(config, 'tpms:\n  - nam: a\n')
    expect(await command('--check')).to.deep.include({
      code: 1,
      stderr: `bootlatch-agent: ${config}:2:5: tpms.0.nam: unknown key\n`,
    })
    expect(await command()).to.deep.include({ code: 1, stdout: '' })
  })
})
