import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { expect } from 'chai'
import { runAgent } from '../flow/agent-process.ts'
import { Program, Site } from '../server/server-process.ts'
import { CommandLine } from './command-line.ts'

const goodBoot = resolve(import.meta.dirname, '../../vectors/uki-secureboot/eventlog.bin')

interface Version {
  readonly version: number
  readonly sameAs: number | null
  readonly appliedBy: string
  readonly reason: string
  readonly signatures: readonly { readonly engineer: string }[]
}

/** docs/operating.md, "Two people for every change" and "Announced updates", typed. */
describe('bootlatch, with documents that two engineers sign', () => {
  let scratch: string
  let site: Site
  let server: Program
  let cli: CommandLine
  let serverId: string
  const file = (name: string): string => join(scratch, name)
  const unlock = async () => (await runAgent(['unlock', '--state', file('machine'), '--replay', goodBoot])).code
  const json = async <Answer>(...words: readonly string[]): Promise<Answer> => {
    const { code, out, err } = await cli.run([...words, '--json'])
    expect(err, words.join(' ')).to.equal('')
    expect(code, words.join(' ')).to.be.oneOf([0, 4])
    return JSON.parse(out) as Answer
  }
  const sign = async (name: string, version: number, ...engineers: readonly string[]): Promise<void> => {
    for (const engineer of engineers) {
      const key = ['--key', file(`${engineer}.key`), '--passphrase-file', file('passphrase')]
      const signed = await cli.run([
        'policy',
        'sign',
        file(name),
        '--as',
        String(version),
        '--server',
        serverId,
        ...key,
      ])
      expect(signed, signed.err).to.include({ code: 0 })
    }
  }
  const apply = (name: string, ...more: readonly string[]) => cli.run(['policy', 'apply', file(name), ...more])
  const signed = (name: string) => ['--signatures', file(`${name}.jws`)]

  before(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'bootlatch-signatures-'))
    site = await Site.create(scratch)
    server = site.start()
    await server.ready()
    cli = new CommandLine(site.path('data/operator.json'))
    serverId = (await json<{ serverId: string }>('server', 'status')).serverId
    writeFileSync(file('passphrase'), 'correct horse\n')
    for (const engineer of ['ann', 'bob', 'eve']) {
      const key = file(`${engineer}.key`)
      execFileSync(
        'openssl',
        ['genpkey', '-algorithm', 'ED25519', '-aes256', '-pass', 'pass:correct horse', '-out', key],
        {
          stdio: 'ignore',
        },
      )
      const pub = ['pkey', '-in', key, '-passin', 'pass:correct horse', '-pubout', '-out', file(`${engineer}.pub`)]
      execFileSync('openssl', pub, { stdio: 'ignore' })
    }

    const { out } = await cli.run(['machine', 'invite', 'web-1'])
    await runAgent(['enrol', '--state', file('machine'), '--token-file', '-'], { input: out })
    await cli.run(['machine', 'accept', 'web-1', '--yes'])
    expect(await unlock()).to.equal(3)
    expect((await cli.run(['policy', 'learn', 'web-1', '-o', file('web.yaml')])).code).to.equal(0)
  })
  after(async () => {
    server.child.kill('SIGTERM')
    await server.ended
    rmSync(scratch, { recursive: true })
  })

  it('enrols two engineers, while any operator may, and then asks for both', async () => {
    for (const engineer of ['ann', 'bob']) {
      const enrol = ['signer', 'enrol', engineer, '--key', file(`${engineer}.pub`), '--reason', 'security team']
      expect((await cli.run(enrol)).code).to.equal(0)
    }
    const list = file('signers.yaml')
    expect((await cli.run(['signer', 'require', '2', '--reason', 'audit', '-o', list])).code).to.equal(0)
    expect((await apply('signers.yaml')).code, 'nobody has signed that he can').to.equal(4)
    await sign('signers.yaml', 3, 'ann', 'bob')
    expect(await apply('signers.yaml', ...signed('signers.yaml'))).to.include({ code: 0 })
    expect((await cli.run(['signer', 'list'])).out).to.contain('2 engineers have to sign')
  })

  it('holds a policy until both have signed it, and says what to do', async () => {
    const waiting = await apply('web.yaml', '--reason', 'first policy')
    expect(waiting.code).to.equal(4)
    expect(waiting.out).to.contain('not in force').and.contain('0 of 2')
    expect(waiting.err).to.contain(`bootlatch policy sign ${file('web.yaml')} --as 1 --server ${serverId}`)
    expect(await unlock()).to.equal(3)

    await sign('web.yaml', 1, 'ann')
    expect((await apply('web.yaml', ...signed('web.yaml'))).out).to.contain('1 of 2, by ann')
    expect((await cli.run(['policy', 'pending'])).out).to.match(/web-1 +BootPolicy +1 .* ann +2 +first policy/)
    expect(await unlock()).to.equal(3)

    await sign('web.yaml', 1, 'bob')
    expect((await apply('web.yaml', ...signed('web.yaml'))).out).to.contain('version 1 is in force')
    expect(await unlock()).to.equal(0)
    expect((await cli.run(['policy', 'show', 'web-1'])).err).to.contain('signed by ann, bob')
  })

  it('lets nobody else do it: no stranger, no operator who would ask for no signatures', async () => {
    writeFileSync(file('web.yaml'), `${readFileSync(file('web.yaml'), 'utf8')}# second\n`)
    rmSync(file('web.yaml.jws'))
    await sign('web.yaml', 2, 'ann', 'eve')
    const refused = await apply('web.yaml', ...signed('web.yaml'))
    expect(refused.code).to.equal(1)
    expect(refused.err).to.contain('unknown-key')
    expect((await cli.run(['signer', 'require', '0', '--reason', 'in a hurry'])).code).to.equal(4)
    expect((await cli.run(['signer', 'list'])).out).to.contain('2 engineers have to sign')
  })

  it('goes back only by a new version that is signed as such', async () => {
    rmSync(file('web.yaml.jws'))
    await sign('web.yaml', 2, 'ann', 'bob')
    expect((await apply('web.yaml', ...signed('web.yaml'))).code).to.equal(0)
    expect((await cli.run(['policy', 'diff', 'web-1', '1', '2'])).out).to.contain('+ # second')

    const back = ['policy', 'rollback', 'web-1', '--to', '1', '--reason', 'second was wrong', '--yes']
    const waiting = await cli.run(back)
    expect(waiting.code).to.equal(4)
    const [, proposal = ''] = /proposal (\d+)/.exec(waiting.out) ?? []
    expect((await cli.run(['policy', 'pending', proposal, '-o', file('first.yaml')])).code).to.equal(0)
    await sign('first.yaml', 3, 'ann', 'bob')
    expect((await cli.run([...back, ...signed('first.yaml')])).code).to.equal(0)

    const { versions } = await json<{ versions: readonly Version[] }>('policy', 'history', 'web-1')
    expect(versions.map(({ version, sameAs }) => [version, sameAs])).to.deep.equal([
      [3, 1],
      [2, null],
      [1, null],
    ])
    expect(versions[0]).to.include({ reason: 'second was wrong', appliedBy: 'admin' })
    expect(versions.map(({ signatures }) => signatures.map(({ engineer }) => engineer).join())).to.deep.equal(
      Array(3).fill('ann,bob'),
    )
    expect(await unlock()).to.equal(0)
  })

  it('proves to an auditor who signed, and shows him what root wrote into the database', async () => {
    const list = await cli.run(['policy', 'show', 'signers'])
    writeFileSync(file('kept.yaml'), list.out)
    const verify = () => cli.run(['policy', 'verify', 'web-1', '--signers', file('kept.yaml'), '--server', serverId])
    expect((await verify()).code).to.equal(0)

    const db = new Database(site.path('data/bootlatch.db'))
    const weaker = readFileSync(file('web.yaml'), 'utf8').replace(/^# .*$/gm, '')
    const insert = `insert into policies (name, version, document, source, applied_unix_ms, applied_by, reason)
      values ('web-1', 4, ?, 'web.yaml', 1, 'admin', '')`
    db.prepare(insert).run(weaker)
    const caught = await verify()
    expect(caught.code).to.equal(3)
    expect(caught.out).to.contain('version 4 is not signed')
    db.prepare("delete from policies where name = 'web-1' and version = 4").run()
    db.close()
    expect((await verify()).code).to.equal(0)
  })

  it('boots an announced update once, and never again after that', async () => {
    const policy = readFileSync(file('first.yaml'), 'utf8')
    const [, pcr0 = ''] = /0: \["([0-9a-f]{64})"\]/.exec(policy) ?? []
    writeFileSync(file('other.yaml'), policy.replace(pcr0, 'ab'.repeat(32)))
    await sign('other.yaml', 4, 'ann', 'bob')
    expect((await apply('other.yaml', ...signed('other.yaml'))).code).to.equal(0)
    expect(await unlock()).to.equal(3)

    const announce = ['policy', 'announce', 'firmware-2', '--machine', 'web-1', '--pcr', `0=${pcr0}`, '--boots', '1']
    const more = ['--for', '1h', '--reason', 'planned', '-o', file('firmware.yaml')]
    expect((await cli.run([...announce, ...more])).code).to.equal(0)
    expect((await cli.run(['policy', 'preview', file('firmware.yaml')])).out).to.contain('1')
    expect((await apply('firmware.yaml')).code).to.equal(4)
    expect(await unlock(), 'announced by one operator alone').to.equal(3)

    await sign('firmware.yaml', 1, 'bob', 'ann')
    expect((await apply('firmware.yaml', ...signed('firmware.yaml'))).code).to.equal(0)
    expect(await unlock()).to.equal(0)
    const { decisions } = await json<{ decisions: readonly { number: number }[] }>('decision', 'list', '--limit', '1')
    const shown = await cli.run(['decision', 'show', String(decisions[0]?.number), '--json'])
    expect(shown.out).to.contain('announcement firmware-2 version 1').and.contain('boot 1 of 1 by announced values')
    expect(await unlock()).to.equal(3)
    expect((await cli.run(['announcement', 'list'])).out).to.match(/firmware-2 +1 +live +web-1 .* web-1 \(\d+\)/)
    expect((await cli.run(['announcement', 'withdraw', 'firmware-2', '--reason', 'done'])).code).to.equal(0)
    expect((await cli.run(['announcement', 'list'])).out).to.contain('withdrawn')
  })

  it('takes the quorum away on the server’s host alone, and never in secret', async () => {
    const reset = new Program('reset-signers', '--reason', 'both laptops burnt', '--config', site.path('server.yaml'))
    expect(await reset.ended).to.include({ code: 0 })
    writeFileSync(file('unsigned.yaml'), `${readFileSync(file('other.yaml'), 'utf8')}# unsigned\n`)
    expect((await apply('unsigned.yaml')).code).to.equal(0)
    const { out } = await cli.run(['policy', 'history', 'signers'])
    expect(out).to.match(/root on the server .* both laptops burnt/)
    expect((await cli.run(['policy', 'verify', 'signers', '--signers', file('kept.yaml')])).code).to.equal(3)
  })
})
