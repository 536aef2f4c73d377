import { credentials, type ServiceError, status } from '@grpc/grpc-js'
import { expect } from 'chai'
import { statSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { serveGrpc } from '../../../../agent/channel/grpc-server.ts'
import { SerialTpm } from '../../../../agent/channel/serial-tpm.ts'
import { fromStatus, unary, VirtualTpmClient } from '../../../../core/rpc/index.ts'
import { certificates } from './certificates.ts'
import { commandBytes, longCommand, RecordingTpm } from './recording-tpm.ts'
import { freePort, freeSocket, scratchFolder } from './scratch.ts'

const cheap = commandBytes(0x17b, 0, 8)

describe('VirtualTpm service', () => {
  const folder = scratchFolder()
  const endpoint = freeSocket(folder)
  let raw: RecordingTpm
  let listener: Awaited<ReturnType<typeof serveGrpc>>
  let client: VirtualTpmClient

  beforeEach(async () => {
    raw = new RecordingTpm()
    raw.powered = true
    listener = await serveGrpc(new SerialTpm(raw), { endpoint })
    client = new VirtualTpmClient(`unix:${endpoint.path}`, credentials.createInsecure())
  })

  afterEach(async () => {
    client.close()
    await listener.close()
  })

  async function codeOf(call: Promise<unknown>): Promise<string> {
    return call.then(
      () => 'ok',
      (error: unknown) => (error as { code: string }).code,
    )
  }

  it('opens its socket to the owner alone', () => {
    expect(statSync(endpoint.path).mode & 0o777).to.equal(0o600)
  })

  it('executes a command at its locality', async () => {
    const { response } = await unary(client, 'Transmit', { command: cheap, locality: 3 })
    expect(new Uint8Array(response)).to.deep.equal(cheap)
    expect(raw.asked).to.deep.equal(['execute 80010000000c0000017b0008 3'])
  })

  it('executes the commands of a stream in order', async () => {
    const session = client.Session()
    const responses: Uint8Array[] = []
    session.on('data', ({ response }: { response: Buffer }) => {
      responses.push(new Uint8Array(response))
    })
    for (const command of [longCommand, cheap, cheap]) session.write({ command, locality: 0 })
    session.end()
    while (!raw.runsLong) await new Promise(setImmediate)
    expect(raw.asked).to.have.length(1)
    raw.finish()
    await new Promise((resolve) => session.once('end', resolve))
    expect(responses).to.deep.equal([longCommand, cheap, cheap])
  })

  it('ends a stream at the first request that cannot be', async () => {
    const session = client.Session()
    session.on('data', () => undefined)
    const ended = new Promise<ServiceError>((resolve) => session.once('error', resolve as (error: Error) => void))
    session.write({ command: cheap, locality: 5 })
    session.write({ command: cheap, locality: 0 })
    expect(fromStatus(await ended)?.code).to.equal('request/malformed')
    expect(raw.asked).to.deep.equal([])
  })

  it('gives, takes and resets power', async () => {
    await unary(client, 'PowerOff', {})
    await unary(client, 'PowerOn', {})
    await unary(client, 'PowerOn', {})
    await unary(client, 'Reset', {})
    expect(raw.asked).to.deep.equal(['powerOff', 'powerOn', 'powerOff', 'powerOn'])
  })

  it('cancels a command that runs', async () => {
    const running = unary(client, 'Transmit', { command: longCommand, locality: 0 })
    while (!raw.runsLong) await new Promise(setImmediate)
    await unary(client, 'Cancel', {})
    expect(new Uint8Array((await running).response)).to.deep.equal(longCommand)
  })

  it('refuses everything but PowerOn where there is no power', async () => {
    raw.powered = false
    const codes = [
      await codeOf(unary(client, 'Transmit', { command: cheap })),
      await codeOf(unary(client, 'PowerOff', {})),
      await codeOf(unary(client, 'Reset', {})),
      await codeOf(unary(client, 'Cancel', {})),
    ]
    expect(codes).to.deep.equal(['tpm/off', 'tpm/off', 'tpm/off', 'tpm/off'])
    expect(raw.asked).to.deep.equal([])
  })

  it('refuses a locality that is none, and a command longer than any', async () => {
    expect(await codeOf(unary(client, 'Transmit', { command: cheap, locality: 5 }))).to.equal('request/malformed')
    expect(await codeOf(unary(client, 'Transmit', { command: new Uint8Array(4097) }))).to.equal('request/too-large')
    expect(raw.asked).to.deep.equal([])
  })

  describe('over TCP', () => {
    let port: number
    let tcp: Awaited<ReturnType<typeof serveGrpc>>
    const pem = certificates()

    beforeEach(async () => {
      port = await freePort()
      tcp = await serveGrpc(new SerialTpm(raw), {
        endpoint: { kind: 'tcp', host: '127.0.0.1', port },
        tls: { ...pem.server, clientCa: pem.ca },
      })
    })

    afterEach(async () => {
      await tcp.close()
    })

    async function transmit(options: Parameters<typeof createSecureContext>[0]): Promise<string | number> {
      const secured = new VirtualTpmClient(
        `127.0.0.1:${port}`,
        credentials.createFromSecureContext(createSecureContext({ ca: pem.ca, ...options })),
      )
      try {
        await unary(secured, 'Transmit', { command: cheap })
        return 'ok'
      } catch (error) {
        return (error as ServiceError).code
      } finally {
        secured.close()
      }
    }

    it('serves a client with a certificate of the CA', async () => {
      expect(await transmit({ cert: pem.client.certificate, key: pem.client.key })).to.equal('ok')
    })

    it('refuses a client without a certificate', async () => {
      expect(await transmit({})).to.equal(status.UNAVAILABLE)
    })

    it('refuses a client with a certificate of another CA', async () => {
      const { client: stranger } = certificates()
      expect(await transmit({ cert: stranger.certificate, key: stranger.key })).to.equal(status.UNAVAILABLE)
    })

    it('refuses TLS 1.2', async () => {
      const refused = transmit({ cert: pem.client.certificate, key: pem.client.key, maxVersion: 'TLSv1.2' })
      expect(await refused).to.equal(status.UNAVAILABLE)
    })
  })
})
