import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, createSecureContext, type ConnectionOptions, type SecureVersion } from 'node:tls'
import {
  credentials,
  makeGenericClientConstructor,
  status,
  type ChannelCredentials,
  type ServiceError,
} from '@grpc/grpc-js'
import { expect } from 'chai'
import {
  AdminClient,
  adminService,
  BootClient,
  bootService,
  RpcError,
  unary,
  type ErrorCode,
} from '../../../../core/rpc/index.ts'
import {
  createAuthorities,
  openAuthorities,
  ownServerIdentity,
  type OwnAuthority,
} from '../../../../policy-server/ca/index.ts'
import { KeyVault, rootKeyInMemory, SecretBytes } from '../../../../policy-server/keys/index.ts'
import {
  ConnectionGate,
  demandRole,
  identifyPeer,
  listen,
  type Listener,
  type Peer,
} from '../../../../policy-server/listen/index.ts'
import { freePort } from '../../../fakes/free-port.ts'

const random = (size: number): Uint8Array => Uint8Array.from(randomBytes(size))
const host = '127.0.0.1'
const messageBytes = 64 * 1024
/** Unlike `once`, does not mind an error before the end. */
const closeOf = (socket: Socket): Promise<void> =>
  new Promise((resolve) =>
    socket.once('close', () => {
      resolve()
    }),
  )

interface Client {
  readonly certificate: string
  readonly key: string
}

describe('listener', () => {
  const clock = (): number => Date.now()
  let ca: OwnAuthority
  let listener: Listener
  let port: number
  let machine: Client
  let operator: Client
  let seen: Peer[]
  let live: boolean
  const hanging = new EventEmitter()
  const openClients: { close: () => void }[] = []

  const newClient = async (issue: (spki: Uint8Array) => Promise<readonly Uint8Array[]>): Promise<Client> => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const [leaf] = await issue(Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' })))
    return {
      certificate: new X509Certificate(leaf!).toString(),
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    }
  }
  const contextOf = (client: Client | undefined, maxVersion: SecureVersion = 'TLSv1.3') =>
    createSecureContext({
      ca: new X509Certificate(ca.certificate).toString(),
      maxVersion,
      ...(client === undefined ? {} : { cert: client.certificate, key: client.key }),
    })
  const as = <T extends { close: () => void }>(
    Kind: new (address: string, credentials: ChannelCredentials) => T,
    client: Client | undefined,
  ): T => {
    const connected = new Kind(`${host}:${port}`, credentials.createFromSecureContext(contextOf(client)))
    openClients.push(connected)
    return connected
  }
  const failureOf = async (work: Promise<unknown>): Promise<ErrorCode | ServiceError> => {
    try {
      await work
    } catch (error) {
      return error instanceof RpcError ? error.code : (error as ServiceError)
    }
    throw new TypeError('it succeeded')
  }
  const tlsOptions = (): ConnectionOptions => ({
    host,
    port,
    ALPNProtocols: ['h2'],
    secureContext: contextOf(operator),
  })
  const stillServes = () => unary(as(AdminClient, operator), 'getServerStatus', {})

  before(async () => {
    const root = rootKeyInMemory(new SecretBytes(random(32)), { provider: 'test', warnings: [] }, random)
    const surroundings = { vault: new KeyVault(root, random), random, clock }
    ca = await openAuthorities(await createAuthorities(surroundings), surroundings)
    machine = await newClient((spki) => ca.issueMachineCertificate({ machineId: random(16), spki }))
    operator = await newClient((spki) => ca.issueOperatorCertificate({ name: 'admin', spki }))
  })
  beforeEach(async () => {
    seen = []
    live = true
    port = await freePort()
    listener = await listen({
      endpoints: [{ host, port }],
      identity: await ownServerIdentity(ca, [host]),
      clients: ca.certificate,
      gate: new ConnectionGate({ open: 8, openPerAddress: 8, newPerMinutePerAddress: 1000 }, clock),
      services: [
        {
          definition: adminService,
          handlers: {
            getServerStatus: (
              call: Parameters<typeof identifyPeer>[1],
              answer: (error: null, status: object) => void,
            ) => {
              seen.push(identifyPeer(ca, call))
              answer(null, { version: 'test' })
            },
          },
        },
        {
          definition: bootService,
          handlers: {
            // Never answers.
            release: () => {
              hanging.emit('call')
            },
            challenge: (call: Parameters<typeof identifyPeer>[1], answer: (error: null, challenge: object) => void) => {
              seen.push(identifyPeer(ca, call))
              answer(null, {})
            },
          },
        },
      ],
      interceptors: [
        demandRole(
          { 'bootlatch.v1.Boot': 'machine', 'bootlatch.v1.Admin': 'operator' },
          (call) => identifyPeer(ca, call),
          () => live,
        ),
      ],
      limits: { messageBytes, streams: 4, memoryMegabytes: 8, idleMs: 60_000 },
    })
  })
  afterEach(async () => {
    for (const client of openClients.splice(0)) client.close()
    await listener.close(100)
  })

  it('names peer and address to the service', async () => {
    expect(await unary(as(AdminClient, operator), 'getServerStatus', {})).to.include({ version: 'test' })
    await unary(as(BootClient, machine), 'challenge', { bootId: random(16) })
    expect(seen.map(({ identity, address }) => [identity.kind, address])).to.deep.equal([
      ['operator', host],
      ['machine', host],
    ])
  })

  it('lets each certificate call only the service of its role, and nothing of the request is read', async () => {
    expect(await failureOf(unary(as(AdminClient, machine), 'getServerStatus', {}))).to.equal('identity/wrong-role')
    expect(await failureOf(unary(as(BootClient, operator), 'challenge', {}))).to.equal('identity/wrong-role')
    expect(seen).to.deep.equal([])
  })

  it('refuses a certificate that is not live any more, on a connection that stands', async () => {
    const client = as(AdminClient, operator)
    await unary(client, 'getServerStatus', {})
    live = false
    expect(await failureOf(unary(client, 'getServerStatus', {}))).to.equal('identity/unknown')
  })

  it('refuses a client without a certificate, or with a foreign one', async () => {
    const root = rootKeyInMemory(new SecretBytes(random(32)), { provider: 'test', warnings: [] }, random)
    const surroundings = { vault: new KeyVault(root, random), random, clock }
    const foreign = await openAuthorities(await createAuthorities(surroundings), surroundings)
    const stranger = await newClient((spki) => foreign.issueOperatorCertificate({ name: 'admin', spki }))
    for (const client of [undefined, stranger]) {
      expect(await failureOf(unary(as(AdminClient, client), 'getServerStatus', {}))).to.have.property(
        'code',
        status.UNAVAILABLE,
      )
    }
    expect(seen).to.deep.equal([])
  })

  it('speaks TLS 1.3 alone', async () => {
    const old = connectTls({ ...tlsOptions(), secureContext: contextOf(operator, 'TLSv1.2') })
    const [error] = (await once(old, 'error')) as [NodeJS.ErrnoException]
    expect(error.code).to.equal('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION')
    await stillServes()
  })

  it('answers a message that is too large with an error, and goes on', async () => {
    const client = as(AdminClient, operator)
    const failure = await failureOf(unary(client, 'applyPolicy', { document: 'x'.repeat(messageBytes), source: '' }))
    expect(failure).to.have.property('code', status.RESOURCE_EXHAUSTED)
    await unary(client, 'getServerStatus', {})
  })

  it('survives rubbish before and inside TLS, and connections that end in the middle', async () => {
    for (const bytes of [random(1), random(4096), Buffer.from('GET / HTTP/1.1\r\n\r\n'), new Uint8Array(4096)]) {
      const raw = connectTcp({ host, port })
      raw.on('error', () => undefined)
      raw.resume()
      raw.end(bytes)
      await closeOf(raw)
    }
    for (const alpn of [['h2'], ['http/1.1'], []]) {
      const tls = connectTls({ ...tlsOptions(), ALPNProtocols: alpn })
      tls.on('error', () => undefined)
      tls.resume()
      const closed = closeOf(tls)
      tls.once('secureConnect', () => tls.end(random(4096)))
      await closed
    }
    await stillServes()
  })

  it('bounds the connections of one address', async () => {
    const raw = Array.from({ length: 9 }, () => connectTcp({ host, port }))
    for (const socket of raw) socket.on('error', () => undefined)
    await Promise.race(raw.map((socket) => once(socket, 'close')))
    expect(raw.filter((socket) => !socket.destroyed)).to.have.length(8)
    const closed = raw.filter((socket) => !socket.destroyed).map((socket) => once(socket, 'close'))
    for (const socket of raw) socket.destroy()
    await Promise.all(closed)
    await stillServes()
  })

  it('gives back the place of each connection that ended', async () => {
    for (let round = 0; round < 20; round += 1) {
      const tls = connectTls(tlsOptions())
      await once(tls, 'secureConnect')
      const closed = closeOf(tls)
      tls.destroy()
      await closed
    }
    await stillServes()
  })

  it('shows a renewed certificate to new connections', async () => {
    const serial = async (): Promise<string> => {
      const tls = connectTls(tlsOptions())
      await once(tls, 'secureConnect')
      const { serialNumber } = tls.getPeerCertificate()
      tls.destroy()
      return serialNumber
    }
    const before = await serial()
    listener.replaceIdentity(await ownServerIdentity(ca, [host]))
    expect(await serial()).to.not.equal(before)
    await stillServes()
  })

  it('resumes no session, so that each connection shows its certificate', async () => {
    const first = connectTls(tlsOptions())
    first.resume()
    const tickets: Buffer[] = []
    first.on('session', (session: Buffer) => tickets.push(session))
    await once(first, 'secureConnect')
    await unary(as(AdminClient, operator), 'getServerStatus', {})
    first.destroy()
    for (const session of [first.getSession(), ...tickets]) {
      const second = connectTls({ ...tlsOptions(), ...(session === undefined ? {} : { session }) })
      await once(second, 'secureConnect')
      expect(second.isSessionReused()).to.equal(false)
      second.destroy()
    }
  })

  it('answers a health check', async () => {
    const Health = makeGenericClientConstructor({}, 'Health')
    const client = new Health(`${host}:${port}`, credentials.createFromSecureContext(contextOf(operator)))
    openClients.push(client)
    const same = (bytes: Buffer): Buffer => bytes
    const answer = await new Promise<Buffer | undefined>((resolve, reject) => {
      client.makeUnaryRequest('/grpc.health.v1.Health/Check', same, same, Buffer.alloc(0), (error, value) => {
        if (error === null) resolve(value)
        else reject(error)
      })
    })
    // HealthCheckResponse.ServingStatus.SERVING = 1.
    expect(answer).to.deep.equal(Buffer.of(0x08, 0x01))
  })

  it('ends in time, also where a call does not', async () => {
    const called = once(hanging, 'call')
    const outcome = failureOf(unary(as(BootClient, machine), 'release', {}))
    await called
    await unary(as(AdminClient, operator), 'getServerStatus', {})
    await listener.close(50)
    expect(await outcome)
      .to.have.property('code')
      .that.is.oneOf([status.CANCELLED, status.UNAVAILABLE])
    const raw = connectTcp({ host, port })
    const [refused] = (await once(raw, 'error')) as [NodeJS.ErrnoException]
    expect(refused.code).to.equal('ECONNREFUSED')
  })

  it('leaves nothing behind where a second endpoint cannot be bound', async () => {
    const free = await freePort()
    const failure = await listen({
      endpoints: [
        { host, port: free },
        { host, port },
      ],
      identity: await ownServerIdentity(ca, [host]),
      clients: undefined,
      gate: new ConnectionGate({ open: 1, openPerAddress: 1, newPerMinutePerAddress: 1 }, clock),
      services: [],
      interceptors: [],
      limits: { messageBytes, streams: 1, memoryMegabytes: 1, idleMs: 1000 },
    }).catch((error: unknown) => error)
    expect(failure).to.have.property('code', 'EADDRINUSE')
    const raw = connectTcp({ host, port: free })
    const [refused] = (await once(raw, 'error')) as [NodeJS.ErrnoException]
    expect(refused.code).to.equal('ECONNREFUSED')
  })
})
