import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect as connectHttp2 } from 'node:http2'
import { connect as connectTcp, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls, createSecureContext } from 'node:tls'
import { credentials, makeGenericClientConstructor, status, type Client, type ServiceError } from '@grpc/grpc-js'
import { expect } from 'chai'
import { AdminClient, BootClient, JoinClient, unary } from '../../../core/rpc/index.ts'
import { Site, type Program } from './server-process.ts'

const host = '127.0.0.1'

/** Unlike `once`, does not mind an error before the end. */
const closeOf = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.on('error', () => undefined)
    socket.once('close', () => {
      resolve()
    })
  })

describe('bootlatch-server under attack', () => {
  let scratch: string
  let site: Site
  let server: Program
  const clients: Client[] = []
  const opened = <T extends Client>(client: T): T => {
    clients.push(client)
    return client
  }
  const admin = () =>
    opened(new AdminClient(`${host}:${site.main}`, credentials.createFromSecureContext(site.operator().context)))
  const join_ = () =>
    opened(new JoinClient(`${host}:${site.join}`, credentials.createSsl(Buffer.from(site.operator().anchor))))
  const failureOf = (work: Promise<unknown>): Promise<ServiceError & { code: unknown }> =>
    work.then(
      () => {
        throw new TypeError('it succeeded')
      },
      (error: unknown) => error as ServiceError,
    )
  const stillServes = async (): Promise<void> => {
    await unary(admin(), 'getServerStatus', {})
    // An empty request is malformed or refused, but answered.
    expect((await failureOf(unary(join_(), 'begin', {}))).code).to.be.a('string')
    expect(server.child.exitCode).to.equal(null)
  }

  before(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'bootlatch-hostile-'))
    site = await Site.create(
      scratch,
      'limits: { connections: 64, connectionsPerAddress: 32, joinConnectionsPerMinutePerAddress: 1000 }\n',
    )
    server = site.start()
    await server.ready()
  })
  afterEach(async () => {
    await stillServes()
    for (const client of clients.splice(0)) client.close()
  })
  after(async () => {
    const { stderr } = await server.end()
    rmSync(scratch, { recursive: true })
    expect(stderr).to.not.match(/unhandled|uncaught|TypeError/i)
  })

  it('survives rubbish on both ports', async () => {
    for (const port of [site.main, site.join]) {
      for (const bytes of [
        randomBytes(1),
        randomBytes(65_536),
        Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
        Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
        // The beginning of a ClientHello whose record says it is longer than it is.
        Buffer.from('16030100ff010000fb0303', 'hex'),
      ]) {
        const socket = connectTcp({ host, port })
        const closed = closeOf(socket)
        socket.resume()
        socket.end(bytes)
        await closed
      }
    }
  })

  it('refuses whoever cannot speak TLS 1.3', async () => {
    for (const port of [site.main, site.join]) {
      const secureContext = createSecureContext({ ca: site.operator().anchor, maxVersion: 'TLSv1.2' })
      const socket = connectTls({ host, port, secureContext, ALPNProtocols: ['h2'] })
      const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
      expect(error.code).to.equal('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION')
    }
  })

  it('hangs up on a handshake that never ends', async () => {
    const half = [site.main, site.join].map((port) => {
      const socket = connectTcp({ host, port })
      socket.resume()
      socket.write(Buffer.from('16030100ff010000fb0303', 'hex'))
      return closeOf(socket)
    })
    const silent = [site.main, site.join].map((port) => {
      const socket = connectTcp({ host, port })
      socket.resume()
      return closeOf(socket)
    })
    await Promise.all([...half, ...silent])
  })

  it('takes no more connections from one address than it was told', async () => {
    const sockets = Array.from({ length: 40 }, () => connectTcp({ host, port: site.join }))
    const closed = sockets.map(closeOf)
    await Promise.race(closed)
    for (const socket of sockets) socket.destroy()
    await Promise.all(closed)
  })

  it('refuses messages beyond its bounds', async () => {
    const tooLarge = await failureOf(unary(join_(), 'begin', { core: new Uint8Array(70_000) }))
    expect(tooLarge).to.have.property('code', status.RESOURCE_EXHAUSTED)
    const within = '#'.repeat((4 << 20) - 100)
    expect(await failureOf(unary(admin(), 'applyPolicy', { document: within })))
      .to.have.property('code')
      .that.is.a('string')
    const document = 'x'.repeat(5 << 20)
    expect(await failureOf(unary(admin(), 'applyPolicy', { document }))).to.have.property(
      'code',
      status.RESOURCE_EXHAUSTED,
    )
  })

  it('answers wire bytes that are no message with an error of ours', async () => {
    const Raw = makeGenericClientConstructor({}, 'Raw')
    for (const [port, secure, path] of [
      [site.join, credentials.createSsl(Buffer.from(site.operator().anchor)), '/bootlatch.v1.Join/Begin'],
      [site.main, credentials.createFromSecureContext(site.operator().context), '/bootlatch.v1.Admin/ShowMachine'],
    ] as const) {
      const client = opened(new Raw(`${host}:${port}`, secure))
      for (const bytes of [
        Buffer.from('0aff', 'hex'),
        Buffer.from('0affffffffffffffffff01', 'hex'),
        randomBytes(300),
      ]) {
        const same = (value: Buffer): Buffer => value
        const error = await new Promise<ServiceError | null>((resolve) => {
          client.makeUnaryRequest(path, same, same, bytes, resolve)
        })
        expect(error?.code, `${path} ${bytes.toString('hex').slice(0, 20)}`).to.be.a('number')
      }
    }
  })

  it('gives enrolment no way to the gates, and the gates no way in without a certificate', async () => {
    const anchor = Buffer.from(site.operator().anchor)
    const boot = opened(new BootClient(`${host}:${site.join}`, credentials.createSsl(anchor)))
    expect(await failureOf(unary(boot, 'challenge', {}))).to.have.property('code', status.UNIMPLEMENTED)
    const anonymous = opened(new BootClient(`${host}:${site.main}`, credentials.createSsl(anchor)))
    expect(await failureOf(unary(anonymous, 'challenge', {}))).to.have.property('code', status.UNAVAILABLE)
  })

  it('survives clients that vanish in the middle of a call', async () => {
    for (let round = 0; round < 10; round += 1) {
      const session = connectHttp2(`https://${host}:${site.join}`, { ca: site.operator().anchor })
      session.on('error', () => undefined)
      const stream = session.request({
        ':method': 'POST',
        ':path': '/bootlatch.v1.Join/Begin',
        'content-type': 'application/grpc',
        te: 'trailers',
      })
      stream.on('error', () => undefined)
      stream.write(Buffer.from('000000ffff0a', 'hex'))
      await once(session, 'connect')
      const closed = once(session, 'close')
      session.destroy()
      await closed
    }
  })
})
