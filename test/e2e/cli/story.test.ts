import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect } from 'chai'
import { runAgent } from '../flow/agent-process.ts'
import { Site, type Program } from '../server/server-process.ts'
import { CommandLine } from './command-line.ts'

const vectors = resolve(import.meta.dirname, '../../vectors')
const goodBoot = join(vectors, 'uki-secureboot/eventlog.bin')
const otherBoot = join(vectors, 'uki/eventlog.bin')

interface DecisionInJson {
  readonly decision: { readonly outcome: string; readonly gate: string }
  readonly reasons: readonly { readonly code: string; readonly passed: boolean }[]
  readonly bootDiff: readonly string[]
}

/** docs/operating.md, typed. */
describe('bootlatch, from an invitation to a refusal that is understood', () => {
  let scratch: string
  let server: Program
  let cli: CommandLine
  const file = (name: string): string => join(scratch, name)
  const unlock = (log: string, ...more: readonly string[]) =>
    runAgent(['unlock', '--state', file('machine'), '--replay', log, ...more])
  const newest = async (): Promise<DecisionInJson> => {
    const { out } = await cli.run(['decision', 'list', '--limit', '1', '--json'])
    const [decision] = (JSON.parse(out) as { decisions: { number: number }[] }).decisions
    return JSON.parse((await cli.run(['decision', 'show', String(decision?.number), '--json'])).out) as DecisionInJson
  }

  before(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'bootlatch-story-'))
    const site = await Site.create(scratch)
    server = site.start()
    await server.ready()
    cli = new CommandLine(site.path('data/operator.json'))
  })
  after(async () => {
    server.child.kill('SIGTERM')
    await server.ended
    rmSync(scratch, { recursive: true })
  })

  it('invites a machine, which enrols', async () => {
    const { out } = await cli.run(['machine', 'invite', 'web-1'])
    const enrolled = await runAgent(['enrol', '--state', file('machine'), '--token-file', '-'], { input: out })
    expect(enrolled.code).to.equal(0)
    expect((await cli.run(['machine', 'list'])).out).to.match(/^web-1 .* pending/m)
  })

  it('shows the fingerprint that the machine shows, and accepts it after a yes', async () => {
    const { stdout: status } = await runAgent(['status', '--state', file('machine'), '--json'])
    const { machineKey } = JSON.parse(status) as { machineKey: string }

    const declined = await cli.onTerminal(['machine', 'accept', 'web-1'], 'n\n')
    expect(declined.code).to.equal(1)
    expect(declined.out).to.contain(machineKey)
    expect((await cli.run(['machine', 'list'])).out).to.contain('pending')

    const accepted = await cli.onTerminal(['machine', 'accept', 'web-1'], 'y\n')
    expect(accepted.code).to.equal(0)
    expect((await cli.run(['machine', 'list'])).out).to.contain('accepted')
  })

  it('learns a policy from a boot that got nothing, and then releases', async () => {
    expect((await unlock(goodBoot)).code).to.equal(3)
    expect((await newest()).reasons.find(({ passed }) => !passed)?.code).to.equal('policy/none')

    const learnt = await cli.run(['policy', 'learn', 'web-1', '-o', file('web-1.yaml')])
    expect(learnt.code).to.equal(0)
    expect(readFileSync(file('web-1.yaml'), 'utf8')).to.contain('127.0.0.1/32')
    expect((await cli.run(['policy', 'apply', file('web-1.yaml')])).code).to.equal(0)

    expect((await unlock(goodBoot)).code).to.equal(0)
    expect((await newest()).decision).to.include({ gate: 'release', outcome: 'released' })
  })

  it('refuses another boot, and says which component changed', async () => {
    const refused = await unlock(otherBoot)
    expect(refused.code).to.equal(3)
    expect(refused.stdout + refused.stderr)
      .to.match(/decision \d+/)
      .and.not.match(/Secure Boot|digest|sha256/)

    const { decision, reasons, bootDiff } = await newest()
    expect(decision).to.include({ gate: 'release', outcome: 'refused' })
    const against = reasons.filter(({ passed }) => !passed).map(({ code }) => code)
    expect(against).to.include.members(['secure-boot/enabled', 'component/digest', 'pcr/value'])
    expect(bootDiff.join('\n')).to.contain('Secure Boot is off')
  })

  it('lets a person decide on every start, where the policy says so', async () => {
    const policy = readFileSync(file('web-1.yaml'), 'utf8').replace(/^release:/m, '  approval: everyBoot\nrelease:')
    writeFileSync(file('approved.yaml'), policy)
    expect((await cli.run(['policy', 'apply', file('approved.yaml')])).code).to.equal(0)
    expect((await unlock(goodBoot, '--wait', '1')).code).to.equal(4)

    const { out } = await cli.run(['decision', 'list', '--limit', '1', '--json'])
    const { decisions } = JSON.parse(out) as { decisions: { number: number; outcome: string }[] }
    expect(decisions[0]).to.include({ outcome: 'held' })
    expect((await cli.run(['decision', 'show', String(decisions[0]?.number), '--exit-code'])).code).to.equal(4)
  })

  it('starts no machine of a lower tier than the policy is for, until a person says where its TPM stands', async () => {
    const policy = readFileSync(file('web-1.yaml'), 'utf8').replace('tier: T0', 'tier: T1')
    writeFileSync(file('t1.yaml'), policy)
    expect((await cli.run(['policy', 'apply', file('t1.yaml')])).code).to.equal(0)
    expect((await unlock(goodBoot)).code).to.equal(3)
    const { decision, reasons } = await newest()
    expect(decision).to.include({ gate: 'admission', outcome: 'refused' })
    expect(reasons.filter(({ passed }) => !passed).map(({ code }) => code)).to.deep.equal(['policy/tier'])

    const why = ['--reason', 'swtpm of host kvm-3']
    expect((await cli.run(['machine', 'tier', 'web-1', 'T2', ...why, '--yes'])).code).to.equal(1)
    expect((await cli.run(['machine', 'tier', 'web-1', 'T1', ...why, '--yes'])).out).to.contain('is of tier T1')
    expect((await unlock(goodBoot)).code).to.equal(0)
    expect((await cli.run(['machine', 'show', 'web-1'])).out).to.match(/said by \S+, .*: swtpm of host kvm-3/)
    expect((await cli.run(['machine', 'tier', 'web-1', 'T0', '--reason', 'moved', '--yes'])).code).to.equal(0)
    expect((await unlock(goodBoot)).code).to.equal(3)
  })

  it('locks the machine, which is then refused', async () => {
    expect((await cli.run(['machine', 'lock', 'web-1', '--reason', 'disk missing'])).code).to.equal(0)
    expect((await unlock(goodBoot)).code).to.equal(3)
    expect((await newest()).reasons.find(({ passed }) => !passed)?.code).to.equal('machine/state')
  })
})
