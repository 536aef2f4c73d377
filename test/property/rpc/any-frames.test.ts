import { credentials } from '@grpc/grpc-js'
import { expect } from 'chai'
import fc from 'fast-check'
import { type ClientHttp2Session, connect as connectHttp2, constants } from 'node:http2'
import { connect } from 'node:net'
import { serveGrpc } from '../../../agent/channel/grpc-server.ts'
import { SerialTpm } from '../../../agent/channel/serial-tpm.ts'
import { concat, Writer } from '../../../core/bytes/index.ts'
import { RpcError, unary, VirtualTpmClient, virtualTpmService } from '../../../core/rpc/index.ts'
import { anyMessage } from '../../fuzz/rpc-messages.ts'
import { commandBytes, RecordingTpm } from '../../unit/agent/channel/recording-tpm.ts'
import { freeSocket, scratchFolder } from '../../unit/agent/channel/scratch.ts'
import { SocketClient } from '../../unit/agent/channel/socket-client.ts'

const cheap = commandBytes(0x17b, 0, 8)
const methods = Object.values(virtualTpmService).map(({ path }) => path)

/** Length-prefixed messages (PROTOCOL-HTTP2 of gRPC): most say their length, some lie, some claim to be compressed. */
const frame = fc
  .tuple(anyMessage, fc.constantFrom(0, 0, 0, 1, 0xff), fc.constantFrom(0, 0, 0, 1, -1, 5, 0x7fffffff))
  .map(([message, flag, lie]) => {
    const to = new Writer().u8(flag).u32(Math.max(0, message.length + lie) >>> 0)
    return to.bytes(message).done()
  })
const body = fc.oneof(
  { weight: 4, arbitrary: fc.array(frame, { maxLength: 3 }).map((frames) => concat(...frames)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) },
)
const request = fc.record({
  path: fc.constantFrom(...methods, '/bootlatch.v1.VirtualTpm/Nothing', '/'),
  type: fc.constantFrom('application/grpc', 'application/grpc', 'application/grpc+proto', 'text/plain'),
  encoding: fc.constantFrom(undefined, undefined, 'gzip', 'nothing'),
  timeout: fc.constantFrom(undefined, undefined, '1S', '0n', 'soon', '99999999H'),
  body,
  isCut: fc.boolean(),
})

describe('any frames', () => {
  const folder = scratchFolder()
  const endpoint = freeSocket(folder)
  let server: Awaited<ReturnType<typeof serveGrpc>>
  let client: VirtualTpmClient

  before(async () => {
    const raw = new RecordingTpm()
    raw.powered = true
    raw.finishesLong = true
    server = await serveGrpc(new SerialTpm(raw), { endpoint })
    client = new VirtualTpmClient(`unix:${endpoint.path}`, credentials.createInsecure())
  })
  after(async () => {
    client.close()
    await server.close()
  })

  /** Sends a request; resolves when the server has ended it. */
  function ended(session: ClientHttp2Session, asked: typeof request extends fc.Arbitrary<infer T> ? T : never) {
    const stream = session.request({
      ':method': 'POST',
      ':path': asked.path,
      'content-type': asked.type,
      te: 'trailers',
      ...(asked.encoding === undefined ? {} : { 'grpc-encoding': asked.encoding }),
      ...(asked.timeout === undefined ? {} : { 'grpc-timeout': asked.timeout }),
    })
    return new Promise<void>((resolve) => {
      stream.on('error', () => undefined)
      stream.once('close', resolve)
      stream.resume()
      stream.write(asked.body)
      if (asked.isCut) stream.close(constants.NGHTTP2_CANCEL)
      else stream.end()
    })
  }

  /** Each call of a stranger, also one that he cut off, may still be carried out and take the power, once. */
  const isServed = async (strangers: number): Promise<void> => {
    await unary(client, 'PowerOn', {})
    try {
      const { response } = await unary(client, 'Transmit', { command: cheap, locality: 0 })
      expect(new Uint8Array(response)).to.deep.equal(cheap)
    } catch (error) {
      if (strangers === 0 || !(error instanceof RpcError && error.code === 'tpm/off')) throw error
      await isServed(strangers - 1)
    }
  }

  it('of a stream end it, and the next call is answered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 3 }), async (requests) => {
        const session = connectHttp2('http://localhost', { createConnection: () => connect(endpoint.path) })
        session.on('error', () => undefined)
        await Promise.all(requests.map((each) => ended(session, each)))
        session.destroy()
        await isServed(requests.length)
      }),
      { numRuns: 100 },
    )
  })

  it('of a connection that is none of HTTP/2 leave the server to others', async () => {
    const preface = new TextEncoder().encode('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.uint8Array({ maxLength: 60 }), async (isPrefaced, bytes) => {
        const stranger = await SocketClient.to(endpoint)
        stranger.send(isPrefaced ? concat(preface, bytes) : bytes)
        await isServed(0)
        stranger.close()
      }),
      { numRuns: 60 },
    )
  })
})
