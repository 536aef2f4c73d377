import { createServer, type Server as TcpServer } from 'node:net'
import { expect } from 'chai'
import { RpcError } from '../../../core/rpc/index.ts'
import { FakeAdminServer } from '../../fakes/admin-server.ts'
import { TestAuthority } from '../../fakes/test-authority.ts'
import { Bench } from './bench.ts'

describe('connection to the server', () => {
  let bench: Bench
  before(async () => {
    bench = await Bench.create()
  })
  after(() => {
    bench.close()
  })
  afterEach(() => {
    bench.server.before = () => undefined
  })

  const failing = async (bundle: Record<string, unknown>) => {
    const path = bench.file('other.json', bench.bundle(bundle))
    const { exit, out, err } = await bench.run(`server status --json --operator ${path}`)
    expect(out).to.equal('')
    const { error } = JSON.parse(err) as { error: { code: string; message: string; advice: string[] } }
    return { exit, ...error }
  }

  it('says that nothing listens', async () => {
    const address = '127.0.0.1:1'
    const { exit, code, message, advice } = await failing({ address })
    expect({ exit, code }).to.deep.equal({ exit: 1, code: 'server/unreachable' })
    expect(message).to.contain(address).and.contain('nothing listens')
    expect(advice.join()).to.contain('bootlatch-server running')
  })

  it('says that the certificate is under another anchor', async () => {
    const { anchor } = await TestAuthority.create('Other authority')
    expect(await failing({ anchor })).to.include({ exit: 1, code: 'server/untrusted' })
  })

  it('says that the certificate is for another name', async () => {
    const elsewhere = new FakeAdminServer()
    const credential = await bench.authority.issue({ name: 'server', usage: 'server', host: 'elsewhere.example' })
    await elsewhere.listen(bench.authority.anchor, credential)
    const { code, message } = await failing({ address: elsewhere.address })
    expect(code).to.equal('server/untrusted')
    expect(message).to.contain('another name')
    expect(elsewhere.asked).to.deep.equal([])
    elsewhere.close()
  })

  it('connects by name as well', async () => {
    const port = bench.server.address.split(':')[1] ?? ''
    const path = bench.file('name.json', bench.bundle({ address: `localhost:${port}` }))
    expect((await bench.run(`server status --json --operator ${path}`)).exit).to.equal(0)
  })

  it('does not talk to the holder of a client certificate of the same authority', async () => {
    const impostor = new FakeAdminServer()
    await impostor.listen(bench.authority.anchor, await bench.authority.issue({ name: 'machine', usage: 'client' }))
    expect(await failing({ address: impostor.address })).to.include({ exit: 1, code: 'server/untrusted' })
    expect(impostor.asked).to.deep.equal([])
    impostor.close()
  })

  it('says that the server did not issue the operator certificate', async () => {
    const other = await TestAuthority.create('Other authority')
    const issued = await other.issue({ name: 'operator', usage: 'client' })
    expect(await failing({ ...issued })).to.include({ exit: 3, code: 'server/refused-operator' })
  })

  it('says that what listens speaks no TLS', async () => {
    const chatter: TcpServer = createServer((socket) => {
      socket.on('error', () => undefined).end('220 smtp.example.org\r\n')
    })
    const port = await new Promise<number>((resolve, reject) => {
      const attempt = 20_000 + Math.floor(Math.random() * 12_000)
      chatter.once('error', reject).listen(attempt, '127.0.0.1', () => {
        resolve(attempt)
      })
    })
    expect(await failing({ address: `127.0.0.1:${port}` })).to.include({ exit: 1, code: 'server/untrusted' })
    chatter.close()
  })

  const answers: { name: string; thrown: RpcError; exit: number; says: RegExp }[] = [
    {
      name: 'an unknown operator',
      thrown: new RpcError('identity/unknown'),
      exit: 3,
      says: /no live machine or operator/,
    },
    { name: 'another role', thrown: new RpcError('identity/wrong-role'), exit: 3, says: /not a machine’s/ },
    { name: 'a sealed server', thrown: new RpcError('server/sealed'), exit: 1, says: /sealed/ },
    {
      name: 'a mistake of the server',
      thrown: new RpcError('server/internal'),
      exit: 1,
      says: /log of bootlatch-server/,
    },
    { name: 'too many requests', thrown: new RpcError('request/too-many'), exit: 1, says: /Try again/ },
  ]
  for (const { name, thrown, exit, says } of answers) {
    it(`explains ${name}`, async () => {
      bench.server.before = () => {
        throw thrown
      }
      const outcome = await bench.run('server status')
      expect(outcome.exit).to.equal(exit)
      expect(outcome.err).to.match(says)
      const inJson = await bench.run('server status --json')
      expect(JSON.parse(inJson.err)).to.have.nested.property('error.code', thrown.code)
    })
  }

  it('speaks TLS 1.3 only', async () => {
    const { createServer: createTlsServer } = await import('node:tls')
    const { certificate, key } = await bench.authority.issue({ name: 'server', usage: 'server' })
    const old = createTlsServer({ cert: certificate, key, maxVersion: 'TLSv1.2', ALPNProtocols: ['h2'] })
    old.on('tlsClientError', () => undefined)
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    await new Promise<void>((resolve) => old.listen(port, '127.0.0.1', resolve))
    const { exit, code } = await failing({ address: `127.0.0.1:${port}` })
    old.close()
    expect({ exit, code }).to.deep.equal({ exit: 1, code: 'server/untrusted' })
  })
})
