import { expect } from 'chai'
import type { Command } from 'commander'
import { aMachine } from '../../fakes/admin-server.ts'
import { Bench } from './bench.ts'

const { createProgram } = await import('../../../cli/program.ts')

const commandsOf = (command: Command): readonly Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(commandsOf)

const pathOf = (command: Command): string =>
  command.parent === null ? '' : `${pathOf(command.parent)} ${command.name()}`.trim()

describe('bootlatch', () => {
  let bench: Bench
  before(async () => {
    bench = await Bench.create()
    bench.server.machines.push(aMachine('web-1'))
  })
  after(() => {
    bench.close()
  })
  afterEach(() => {
    bench.server.before = () => undefined
  })

  it('gives every command a sentence, a help and --json', async () => {
    for (const command of commandsOf(createProgram({ ...bench.world(), end: () => undefined })).filter(
      (c) => c.name() !== 'help',
    )) {
      const path = pathOf(command)
      expect(command.summary() || command.description(), path).to.not.equal('')
      const answers = path !== 'completion'
      expect(
        command.options.some(({ long }) => long === '--json'),
        path,
      ).to.equal(answers)
      const { exit, out } = await bench.run(`${path} --help`)
      expect(exit, path).to.equal(0)
      expect(out, path).to.contain(`Usage: bootlatch ${path}`)
    }
  })

  it('documents exit codes and field names', async () => {
    const { exit, out } = await bench.run('--help')
    expect(exit).to.equal(0)
    for (const code of [0, 1, 2, 3, 4]) expect(out).to.match(new RegExp(`^ {2}${code} {2}\\w`, 'm'))
    expect(out).to.contain('RFC 3339').and.contain('bootlatch machine invite')
  })

  for (const given of [
    'machine',
    'machine lst',
    'frobnicate',
    'machine show',
    'machine show a b',
    'machine list --nope',
    'decision show x',
  ]) {
    it(`exits 2 for “${given}”`, async () => {
      const { exit, out, err } = await bench.run(given)
      expect({ exit, out }).to.deep.equal({ exit: 2, out: '' })
      expect(err).to.not.equal('')
    })
  }

  it('says in JSON what is wrong with a command line, where JSON is asked for', async () => {
    const { exit, err } = await bench.run('machine lst --json')
    expect(exit).to.equal(2)
    expect(JSON.parse(err)).to.deep.equal({
      error: { code: 'usage/command-line', message: "unknown command 'lst'", advice: ['(Did you mean list?)'] },
    })
  })

  it('says in the help what has to be given, and no default that says nothing', async () => {
    const { out } = await bench.run('policy verify --help')
    expect(out.replaceAll(/\s+/g, ' ')).to.contain('the list of signers that you trust (required)')
    expect(out).to.not.match(/default: (?:0|"")/)
    expect((await bench.run('machine invite --help')).out).to.contain('(default: 1h)')
  })

  it('prints its version', async () => {
    expect((await bench.run('--version')).out).to.equal('0.1.0\n')
  })

  it('says on stderr what it waits for when that takes long', async () => {
    let go = (): void => undefined
    bench.server.before = () => new Promise((resolve) => (go = resolve))
    const shown: string[] = []
    const err = (text: string): void => {
      shown.push(text)
      go()
    }
    const { exit, out } = await bench.run('machine list --json', { terminal: { err, animated: true } })
    expect(exit).to.equal(0)
    expect(shown[0]).to.contain(`asking ${bench.server.address} (1 s)`)
    expect(shown.at(-1)).to.equal('\r\u001b[K')
    expect(JSON.parse(out)).to.have.property('machines')
  })

  it('shows status, keys and warnings', async () => {
    bench.server.warnings.push('the vault lies beside the store')
    const status = await bench.run('server status')
    expect(status.out).to.contain('passphrase vault').and.contain('Warning: the vault lies beside the store')
    expect(status.out).to.not.contain('RETIRED')
    bench.server.retiredResultKeys.push({ keys: 2, reason: 'laptop lost', retiredUnixMs: Date.UTC(2026, 10, 21) })
    const after = await bench.run('server status')
    expect(after.out).to.match(/^RESULT KEYS RETIRED +KEYS +WHY\n2026-11-21T00:00:00Z +2 +laptop lost$/m)
    expect((await bench.run('key show web-1')).out).to.contain('No keys')
    bench.server.machines[0]!.keys.push({
      id: Buffer.alloc(16, 3),
      version: 2,
      origin: 'agent',
      lastReleasedUnixMs: 1_790_000_000_000,
      lastReleasedDecision: 9,
      luks: { uuid: Buffer.alloc(16, 4), keyslotDigest: Buffer.alloc(32, 5) },
    })
    const keys = await bench.run('key show web-1')
    expect(keys.out).to.contain('LUKS 04040404-0404-0404-0404-040404040404').and.contain('decision 9')
    expect(keys.err).to.contain('cannot be called back')
  })
})
