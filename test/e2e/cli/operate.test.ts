import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { decodeJoinToken } from '../../../core/evidence/index.ts'
import { Site, type Program } from '../server/server-process.ts'
import { CommandLine } from './command-line.ts'

const policy = `kind: BootPolicy
name: web
machines: [web-1]
tier: T0
admission:
  networks: [10.1.0.0/16]
release:
  pcrs:
    sha256:
      7: ["${'ab'.repeat(32)}"]
`

describe('bootlatch against a running server', () => {
  let scratch: string
  let site: Site
  let server: Program
  let cli: CommandLine

  before(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'bootlatch-cli-'))
    site = await Site.create(scratch)
    server = site.start()
    await server.ready()
    cli = new CommandLine(site.path('data/operator.json'))
  })
  after(async () => {
    server.child.kill('SIGTERM')
    await server.ended
    rmSync(scratch, { recursive: true })
  })

  it('shows how the server is', async () => {
    const { code, out, err } = await cli.run(['server', 'status', '--json'])
    expect({ code, err }).to.deep.equal({ code: 0, err: '' })
    const status = JSON.parse(out) as Record<string, unknown>
    expect(status).to.include({ machines: 0, held: 0, decisions: 0 })
    expect(status['serverId']).to.match(/^[0-9a-f]{64}$/)
    expect(status['started']).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(status['warnings']).to.be.an('array').that.is.not.empty
  })

  it('makes a join token that can be piped', async () => {
    const { code, out } = await cli.shell('bootlatch machine invite web-1 --group web --valid 10m 2>/dev/null')
    expect(code).to.equal(0)
    expect(out).to.match(/^bljoin1\.[\w-]+\n$/)
    const token = decodeJoinToken(out.trim())
    expect(token).to.include({ group: 'web', joinAddress: `127.0.0.1:${site.join}` })
    expect(token.expiresUnixMs - Date.now()).to.be.within(500_000, 600_000)
  })

  it('refuses the name of a machine that no name may have', async () => {
    const { code, out, err } = await cli.run(['machine', 'invite', 'we b', '--json'])
    expect({ code, out }).to.deep.equal({ code: 1, out: '' })
    expect(JSON.parse(err)).to.have.nested.property('error.code', 'request/malformed')
  })

  it('applies a policy, and shows it as it was written', async () => {
    const applied = await cli.run(['policy', 'apply', '-', '--json'], policy)
    expect(applied.err).to.equal('')
    expect(JSON.parse(applied.out)).to.include({ name: 'web', version: 1, document: policy })
    const { out } = await cli.run(['policy', 'show', 'web'])
    expect(out).to.equal(policy)
    expect((await cli.run(['policy', 'list'])).out).to.match(/^web +BootPolicy +1 /m)
  })

  it('points at the place of a policy’s mistake', async () => {
    writeFileSync(join(scratch, 'bad.yaml'), policy.replace('pcrs:', 'pcr:'))
    const { code, out, err } = await cli.run(['policy', 'apply', join(scratch, 'bad.yaml')])
    expect({ code, out }).to.deep.equal({ code: 1, out: '' })
    expect(err).to.contain(`${join(scratch, 'bad.yaml')}:8:3:`)
    expect(err)
      .to.contain('8 |   pcr:\n')
      .and.match(/^ {8}\^$/m)
  })

  it('says what there is not', async () => {
    for (const parameters of [
      ['machine', 'show', 'web-1'],
      ['machine', 'lock', 'web-1'],
      ['policy', 'show', 'nothing'],
      ['policy', 'learn', 'web-1'],
      ['decision', 'show', '1'],
      ['key', 'show', 'web-1'],
    ]) {
      const { code, out, err } = await cli.run(parameters)
      expect({ parameters, code, out }).to.deep.equal({ parameters, code: 1, out: '' })
      expect(err).to.match(/^error: there is no /)
    }
  })

  it('colours on a terminal, and not where NO_COLOR is set', async () => {
    const coloured = await cli.onTerminal(['server', 'status'])
    expect(coloured.out).to.contain('\u001b[').and.contain('passphrase vault')
    const { out } = await cli.onTerminal(['server', 'status'], '', { NO_COLOR: '1' })
    expect(out).to.not.contain('\u001b[')
  })

  it('is content with a reader that has seen enough', async () => {
    const { code, err } = await cli.shell('bootlatch --help | head -n 1 >/dev/null')
    expect({ code, err }).to.deep.equal({ code: 0, err: '' })
  })

  it('does not use a bundle that others can read', async () => {
    const path = site.path('data/operator.json')
    chmodSync(path, 0o644)
    const { code, err } = await cli.run(['server', 'status'])
    chmodSync(path, 0o600)
    expect(code).to.equal(1)
    expect(err).to.contain('mode 644').and.contain(`chmod 600 ${path}`)
  })

  it('says that the server is not there', async () => {
    server.child.kill('SIGTERM')
    await server.ended
    const { code, err } = await cli.run(['machine', 'list'])
    expect(code).to.equal(1)
    expect(err).to.contain(`127.0.0.1:${site.main}: nothing listens there`)
    server = site.start()
    await server.ready()
    expect((await cli.run(['policy', 'list'])).out).to.contain('web')
  })
})
