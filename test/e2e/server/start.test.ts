import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, watch } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { credentials } from '@grpc/grpc-js'
import { expect } from 'chai'
import { AdminClient, unary, type ServerStatus__Output } from '../../../core/rpc/index.ts'
import { TestAuthority } from '../../fakes/test-authority.ts'
import { Program, Site } from './server-process.ts'

async function statusOf(site: Site, bundle?: string): Promise<ServerStatus__Output> {
  const { address, context } = site.operator(bundle)
  const client = new AdminClient(address, credentials.createFromSecureContext(context))
  try {
    return await unary(client, 'getServerStatus', {})
  } finally {
    client.close()
  }
}

describe('bootlatch-server', () => {
  let scratch: string
  const running: Program[] = []
  const folder = (): string => mkdtempSync(join(scratch, 'site-'))
  const start = (site: Site, ...more: readonly string[]): Program => {
    const program = site.start(...more)
    running.push(program)
    return program
  }
  /** One line on standard error, nothing on standard output, exit code 1. */
  const stopsWith = async (program: Program, line: RegExp): Promise<void> => {
    running.push(program)
    const { code, stdout, stderr } = await program.ended
    expect(stderr).to.match(/^bootlatch-server: [^\n]+\n$/)
    expect(stderr).to.match(line)
    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' })
  }
  before(() => {
    scratch = mkdtempSync(join(tmpdir(), 'bootlatch-server-'))
  })
  afterEach(async () => {
    for (const program of running.splice(0)) await program.end('SIGKILL')
  })
  after(() => {
    rmSync(scratch, { recursive: true })
  })

  it('starts from nothing, lets its first operator in, and ends at SIGTERM', async () => {
    const site = await Site.create(folder())
    const server = start(site)
    const ready = await server.ready()
    expect(ready).to.include({ event: 'ready', operator: site.path('data/operator.json') })
    expect(ready.main).to.deep.equal([`127.0.0.1:${site.main}`, `[::1]:${site.main}`])
    expect(ready.join).to.deep.equal([`127.0.0.1:${site.join}`])

    const status = await statusOf(site)
    expect(Buffer.from(status.serverId).toString('hex')).to.equal(ready.serverId)
    expect(status.mainAddress).to.equal(`127.0.0.1:${site.main}`)
    expect(status.keyProvider).to.include('passphrase')
    expect(await server.end()).to.include({ code: 0 })
  })

  it('is the same server after a restart, and hands out no second first operator', async () => {
    const site = await Site.create(folder())
    const first = start(site)
    const before = await first.ready()
    await first.end()
    rmSync(site.path('data/operator.json'))
    const after = await start(site).ready()
    expect(after.serverId).to.equal(before.serverId)
    expect(after).to.not.have.property('operator')
    expect(existsSync(site.path('data/operator.json'))).to.equal(false)
  })

  it('starts after kill -9 at any step of its first start', async () => {
    for (const name of [
      'lock',
      'vault.new',
      'vault',
      'authorities.new',
      'authorities',
      'bootlatch.db',
      'operator.json',
      'operators',
    ]) {
      const site = await Site.create(folder())
      mkdirSync(site.path('data'), { mode: 0o700 })
      const watcher = watch(site.path('data'))
      const killed = start(site)
      watcher.on('change', (_, changed) => {
        if (changed === name) killed.child.kill('SIGKILL')
      })
      await killed.ended
      watcher.close()
      expect(killed.child.signalCode, name).to.equal('SIGKILL')

      const again = start(site)
      await again.ready()
      expect((await statusOf(site)).decisions, name).to.equal('0')
      await again.end()
    }
  })

  it('keeps everything from other users, and secrets from its log', async () => {
    const site = await Site.create(folder(), 'log: { level: debug }\n')
    const server = start(site)
    await server.ready()
    const { key } = site.operator()
    await statusOf(site)
    for (const name of readdirSync(site.path('data'))) {
      expect(statSync(site.path('data', name)).mode & 0o077, name).to.equal(0)
    }
    const { stdout, stderr } = await server.end()
    const secrets = [readFileSync(site.path('passphrase'), 'utf8').trim(), key.split('\n')[1]!]
    for (const secret of secrets) expect(stdout + stderr).to.not.include(secret)
  })

  it('shares its data folder with no second server', async () => {
    const site = await Site.create(folder())
    await start(site).ready()
    await stopsWith(site.start(), /data is in use by another bootlatch-server$/m)
    await statusOf(site)
  })

  it('does not start on a port that is taken', async () => {
    const [site, other] = [await Site.create(folder()), await Site.create(folder())]
    await start(site).ready()
    const yaml = readFileSync(other.path('server.yaml'), 'utf8').replace(
      `127.0.0.1:${other.join}`,
      `127.0.0.1:${site.join}`,
    )
    other.write('server.yaml', yaml)
    await stopsWith(other.start(), new RegExp(`EADDRINUSE.*127\\.0\\.0\\.1:${site.join}: end what listens there`))
  })

  it('does not start with a wrong passphrase', async () => {
    const site = await Site.create(folder())
    const server = start(site)
    await server.ready()
    await server.end()
    await stopsWith(
      site.start('--passphrase-file', site.write('other', 'wrong')),
      /data\/vault: the passphrase does not open the vault$/m,
    )
  })

  it('does not start on a damaged vault, nor without one that its data needs', async () => {
    const site = await Site.create(folder())
    const server = start(site)
    await server.ready()
    await server.end()
    const vault = readFileSync(site.path('data/vault'))
    site.write('data/vault', vault.subarray(0, 20))
    await stopsWith(site.start(), /vault file is damaged/)
    rmSync(site.path('data/vault'))
    await stopsWith(site.start(), /vault is missing, and .* restore it from the backup$/m)
    site.write('data/vault', vault)
    await start(site).ready()
  })

  it('names the file of its data that is damaged', async () => {
    const site = await Site.create(folder())
    const server = start(site)
    await server.ready()
    await server.end()
    const authorities = readFileSync(site.path('data/authorities'))
    site.write('data/authorities', authorities.subarray(0, 100))
    await stopsWith(site.start(), /data\/authorities is damaged or of another vault; restore it from the backup$/m)
    site.write('data/authorities', authorities)
    site.write('data/bootlatch.db', randomBytes(8192))
    await stopsWith(site.start(), /not a database/)
  })

  it('takes a further operator at once, until his file is gone', async () => {
    const site = await Site.create(folder())
    await start(site).ready()
    const parameters = ['--config', site.path('server.yaml'), '--out', site.path('ann.json')]
    const added = await new Program('add-operator', 'ann', ...parameters).ended
    expect(added).to.include({ code: 0, stderr: '' })
    expect(statSync(site.path('ann.json')).mode & 0o777).to.equal(0o600)
    const { record } = JSON.parse(added.stdout) as { record: string }
    await statusOf(site, 'ann.json')
    const { stdout: listed } = await new Program('list-operators', '--config', site.path('server.yaml')).ended
    const operators = listed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(operators.map(({ name, live }) => [name, live])).to.deep.include(['ann', true])
    rmSync(record)
    expect(await statusOf(site, 'ann.json').catch((error: unknown) => error)).to.have.property(
      'code',
      'identity/unknown',
    )
    await statusOf(site)
    expect((await new Program('add-operator', 'A b', ...parameters).ended).code).to.equal(2)
    const key = readFileSync(site.path('ann.json'))
    await stopsWith(new Program('add-operator', 'ann', ...parameters), /ann\.json is there already: name another file/)
    expect(readFileSync(site.path('ann.json')).equals(key)).to.equal(true)
  })

  it('names what is wrong with its configuration, and where', async () => {
    const site = await Site.create(folder())
    const file = site.path('server.yaml')
    const yaml = readFileSync(file, 'utf8')
    for (const [text, line] of [
      [`${yaml}colour: blue\n`, /server\.yaml:6:1: colour: unknown key$/m],
      [yaml.replace('join: ', 'join: 1'), /server\.yaml:4:3: listen\.join\.0: expected host:port/],
      [yaml.replace(/passphraseFile.*/, 'passphraseFile: /nowhere/x'), /\/nowhere\/x: cannot be read \(ENOENT\)$/m],
      [
        `${yaml}tls: { certificate: { chain: /nowhere/c, key: /nowhere/k } }\n`,
        /\/nowhere\/c: cannot be read \(ENOENT\)$/m,
      ],
    ] as const) {
      site.write('server.yaml', text)
      await stopsWith(site.start(), line)
    }
    rmSync(file)
    await stopsWith(site.start(), /server\.yaml: cannot be read \(ENOENT\); bootlatch-server init writes one/)
  })

  it('tells a wrong command line from a wrong configuration', async () => {
    for (const parameters of [['frobnicate'], ['start', '--colour'], ['init']]) {
      const { code } = await new Program(...parameters).ended
      expect(code, parameters.join(' ')).to.equal(2)
    }
    expect(await new Program('--help').ended).to.include({ code: 0 })
  })

  it('is made ready by init, whose configuration it starts from', async () => {
    const site = await Site.create(folder())
    const init = await new Program('init', '--data', site.path('new'), '--passphrase-file', site.path('passphrase'))
      .ended
    expect(init).to.include({ code: 0, stderr: '' })
    const { config, serverId } = JSON.parse(init.stdout) as { config: string; serverId: string }
    const yaml = readFileSync(config, 'utf8').replace('7443', String(site.main)).replace('7444', String(site.join))
    site.write('server.yaml', yaml)
    const ready = await start(site, '--passphrase-file', site.path('passphrase')).ready()
    expect(ready.serverId).to.equal(serverId)
  })

  it('serves under the customer’s own certificate', async () => {
    const authority = await TestAuthority.create()
    const { certificate, key } = await authority.issue({ name: 'server', usage: 'server' })
    const site = await Site.create(folder())
    const chain = site.write('chain.pem', `${certificate}\n${authority.anchor}\n`)
    const yaml = readFileSync(site.path('server.yaml'), 'utf8')
    site.write('server.yaml', `${yaml}tls: { certificate: { chain: ${chain}, key: ${site.write('key.pem', key)} } }\n`)
    await start(site).ready()
    expect(site.operator().anchor.replaceAll('\n', '')).to.equal(authority.anchor.replaceAll('\n', ''))
    await statusOf(site)
  })

  it('shows a certificate that was replaced on disk after SIGHUP, unless machines would not take it', async () => {
    const [authority, other] = [await TestAuthority.create(), await TestAuthority.create('Other')]
    const site = await Site.create(folder())
    const place = async (from: TestAuthority): Promise<void> => {
      const { certificate, key } = await from.issue({ name: 'server', usage: 'server' })
      site.write('chain.pem', `${certificate}\n${from.anchor}\n`)
      site.write('key.pem', key)
    }
    await place(authority)
    const yaml = readFileSync(site.path('server.yaml'), 'utf8')
    const files = `{ chain: ${site.path('chain.pem')}, key: ${site.path('key.pem')} }`
    site.write('server.yaml', `${yaml}tls: { certificate: ${files} }\n`)
    const server = start(site)
    await server.ready()
    const shown = async (): Promise<string> => {
      const socket = connect({ host: '127.0.0.1', port: site.join, ca: authority.anchor, ALPNProtocols: ['h2'] })
      await once(socket, 'secureConnect')
      const { fingerprint256 } = socket.getPeerCertificate()
      socket.destroy()
      return fingerprint256
    }
    const replaced = async (by: TestAuthority, said: string): Promise<string> => {
      await place(by)
      const before = server.stderr.length
      server.child.kill('SIGHUP')
      while (!server.stderr.slice(before).includes(said)) await once(server.child.stderr!, 'data')
      return shown()
    }

    const first = await shown()
    const second = await replaced(authority, 'was renewed')
    expect(second).to.not.equal(first)
    expect(await replaced(other, 'could not be renewed')).to.equal(second)
  })

  it('refuses an operator whose file was taken away, at once', async () => {
    const site = await Site.create(folder())
    await start(site).ready()
    await statusOf(site)
    rmSync(site.path('data/operators'), { recursive: true })
    const failure = await statusOf(site).catch((error: unknown) => error)
    expect(failure).to.have.property('code', 'identity/unknown')
  })

  it('goes on over random bytes in every file it did not make', async () => {
    const site = await Site.create(folder())
    mkdirSync(site.path('data'))
    site.write('data/vault.new', randomBytes(1000))
    site.write('data/authorities.new', randomBytes(1000))
    await start(site).ready()
    await statusOf(site)
  })
})
