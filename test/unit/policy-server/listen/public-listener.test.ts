import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { once } from 'node:events'
import { request, type RequestOptions } from 'node:https'
import { text } from 'node:stream/consumers'
import { X509Certificate } from 'node:crypto'
import { expect } from 'chai'
import { ownServerIdentity, type OwnAuthority } from '../../../../policy-server/ca/index.ts'
import { ConnectionGate, listenPublicly, type PublicListener } from '../../../../policy-server/listen/index.ts'
import { freePort } from '../../../fakes/free-port.ts'
import { FakePolicyServer } from '../../../fakes/policy-server.ts'

const host = '127.0.0.1'

describe('the listener for the public', () => {
  let office: FakePolicyServer
  let ca: OwnAuthority
  let listener: PublicListener
  let port: number
  let answer: object = { keys: [] }
  const failures: string[] = []

  const open = async (most = 100): Promise<PublicListener> =>
    listenPublicly({
      endpoints: [{ host, port: await freePort() }],
      identity: await ownServerIdentity(ca, [host]),
      gate: new ConnectionGate({ open: 100, openPerAddress: 100, newPerMinutePerAddress: most }, () => 0),
      documents: {
        '/keys': { contentType: 'application/jwk-set+json', read: () => Promise.resolve(answer) },
        '/broken': { contentType: 'application/json', read: () => Promise.reject(new Error('no store')) },
      },
      maxAgeSeconds: 300,
      failed: (path) => failures.push(path),
    })
  before(async () => {
    office = await FakePolicyServer.start()
    ca = office.ca
    listener = await open()
    port = listener.endpoints[0]!.port
  })
  after(async () => {
    await listener.close()
    await office.stop()
  })

  async function ask(path: string, options: RequestOptions = {}) {
    const anchor = new X509Certificate(ca.certificate).toString()
    const asked = request({ host, port, path, ca: anchor, agent: false, ...options })
    asked.end()
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    return { status: response.statusCode, headers: response.headers, body: await text(response) }
  }

  it('shows a document that may be kept for a while', async () => {
    const { status, headers, body } = await ask('/keys?fresh')
    expect({ status, body }).to.deep.equal({ status: 200, body: '{"keys":[]}' })
    expect(headers).to.include({
      'content-type': 'application/jwk-set+json',
      'cache-control': 'public, max-age=300',
      'x-content-type-options': 'nosniff',
    })
  })

  it('says that it is the same, until it is another', async () => {
    const { headers } = await ask('/keys')
    const ifNoneMatch = { headers: { 'if-none-match': headers.etag! } }
    expect(await ask('/keys', ifNoneMatch)).to.include({ status: 304, body: '' })
    answer = { keys: [1] }
    expect(await ask('/keys', ifNoneMatch)).to.include({ status: 200, body: '{"keys":[1]}' })
  })

  it('shows only the head where only that is asked for', async () => {
    const { status, headers, body } = await ask('/keys', { method: 'HEAD' })
    expect({ status, body }).to.deep.equal({ status: 200, body: '' })
    expect(headers['content-length']).to.equal('12')
  })

  for (const path of ['/', '/constructor', '/keys/', '/../keys', '//keys'])
    it(`has nothing at ${path}`, async () => {
      expect((await ask(path)).status).to.equal(404)
    })

  it('takes nothing from anybody', async () => {
    const { status, headers } = await ask('/keys', { method: 'POST' })
    expect(status).to.equal(405)
    expect(headers.allow).to.equal('GET, HEAD')
  })

  it('says no more than that it cannot, where a document cannot be read', async () => {
    expect(await ask('/broken')).to.include({ status: 503, body: '' })
    expect(failures).to.deep.equal(['/broken'])
  })

  it('speaks TLS 1.3 only', async () => {
    const error = await ask('/keys', { maxVersion: 'TLSv1.2' }).then(String, String)
    expect(error).to.match(/alert protocol version|EPROTO|ECONNRESET/)
  })

  it('shows a certificate that was renewed', async () => {
    const serial = async (): Promise<string> => {
      const anchor = new X509Certificate(ca.certificate).toString()
      const socket = connectTls({ host, port, ca: anchor })
      await once(socket, 'secureConnect')
      const { serialNumber } = socket.getPeerCertificate()
      socket.destroy()
      return serialNumber
    }
    const before = await serial()
    listener.replaceIdentity(await ownServerIdentity(ca, [host]))
    expect(await serial()).to.not.equal(before)
  })

  it('turns away whoever connects too often', async () => {
    const strict = await open(1)
    const { port: at } = strict.endpoints[0]!
    const sockets = [connect({ host, port: at }), connect({ host, port: at })]
    await once(
      sockets[1]!.on('error', () => undefined),
      'close',
    )
    sockets[0]!.destroy()
    await strict.close()
  })
})
