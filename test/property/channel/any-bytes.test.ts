import { expect } from 'chai'
import fc from 'fast-check'
import { type Endpoint, type TcpEndpoint } from '../../../agent/sockets/endpoint.ts'
import { type MssimServer, presentMssim } from '../../../agent/channel/mssim-server.ts'
import { SerialTpm } from '../../../agent/channel/serial-tpm.ts'
import { serveSwtpm, type SwtpmServer } from '../../../agent/channel/swtpm-server.ts'
import { toHex } from '../../../core/bytes/index.ts'
import { commandBytes, RecordingTpm } from '../../unit/agent/channel/recording-tpm.ts'
import { freePort, freeSocket, scratchFolder } from '../../unit/agent/channel/scratch.ts'
import { SocketClient } from '../../unit/agent/channel/socket-client.ts'

const cheap = commandBytes(0x17b, 0, 8)
const identity = { manufacturer: 0x424c5448, firmwareVersion: 0x20261122, model: 'Bootlatch' }

/** An operation of the protocol, or a number near one, and what may or may not be its body. */
const operation = fc
  .tuple(
    fc.integer({ min: 0, max: 0x22 }),
    fc.array(fc.oneof(fc.constantFrom(0, 0, 0, 1, 8, 0x7f, 0xff), fc.integer({ min: 0, max: 255 })), { maxLength: 40 }),
  )
  .map(([code, body]) => Uint8Array.of(0, 0, 0, code, ...body))
const arrival = fc.array(fc.oneof({ weight: 4, arbitrary: operation }, fc.uint8Array({ maxLength: 40 })), {
  minLength: 1,
  maxLength: 3,
})

describe('any bytes on a socket', () => {
  const folder = scratchFolder()
  let swtpm: SwtpmServer
  let mssim: MssimServer
  let platform: TcpEndpoint

  before(async () => {
    const raw = new RecordingTpm()
    raw.powered = true
    raw.finishesLong = true
    const onShutdown = (): void => undefined
    const [data, control] = [freeSocket(folder), freeSocket(folder)]
    swtpm = await serveSwtpm(new SerialTpm(raw), { data, control, identity, onShutdown })
    const command: TcpEndpoint = { kind: 'tcp', host: '127.0.0.1', port: await freePort() }
    platform = { ...command, port: command.port + 1 }
    mssim = await presentMssim(new SerialTpm(raw), command, onShutdown)
  })

  after(async () => {
    await swtpm.close()
    await mssim.close()
  })

  const sockets: readonly (readonly [string, () => Endpoint])[] = [
    ['data of swtpm', () => swtpm.data],
    ['control of swtpm', () => swtpm.control],
    ["commands of Microsoft's simulator", () => mssim.command],
    ["platform of Microsoft's simulator", () => platform],
  ]
  for (const [name, endpointOf] of sockets) {
    it(`${name}: the next client is served as if there had been none`, async () => {
      await fc.assert(
        fc.asyncProperty(arrival, async (chunks) => {
          const client = await SocketClient.to(endpointOf())
          for (const chunk of chunks) client.send(chunk)
          client.socket.end()
          await client.closed()
          const next = await SocketClient.to(swtpm.data)
          expect((await next.ask(cheap, 10)).length).to.equal(20)
          next.close()
        }),
        { numRuns: 60 },
      )
    })
  }

  it('an answer goes to whoever asked', async () => {
    const next = await SocketClient.to(mssim.command)
    const framed = `00000008000000000c${toHex(cheap)}`
    expect((await next.ask(framed, 18)).length).to.equal(36)
    next.close()
  })
})
