import { expect } from 'chai'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { type TcpEndpoint } from '../../../../agent/sockets/endpoint.ts'
import { serveMssim } from '../../../../agent/channel/mssim-connection.ts'
import { type MssimServer, presentMssim } from '../../../../agent/channel/mssim-server.ts'
import { SerialTpm } from '../../../../agent/channel/serial-tpm.ts'
import { concat, fromHex, toHex } from '../../../../core/bytes/index.ts'
import { commandBytes, longCommand, RecordingTpm } from './recording-tpm.ts'
import { freePort } from './scratch.ts'
import { SocketClient } from './socket-client.ts'

const cheap = commandBytes(0x17b, 0, 8)
const word = (value: number): string => value.toString(16).padStart(8, '0')
const send = (locality: number, command: Uint8Array): string =>
  word(8) + word(locality).slice(6) + word(command.length) + toHex(command)
const framed = (response: Uint8Array): string => word(response.length) + toHex(response) + word(0)

describe("Microsoft's simulator", () => {
  let raw: RecordingTpm
  let server: MssimServer
  let platform: TcpEndpoint
  let stops: number

  beforeEach(async () => {
    raw = new RecordingTpm()
    raw.powered = true
    stops = 0
    const command: TcpEndpoint = { kind: 'tcp', host: '127.0.0.1', port: await freePort() }
    platform = { ...command, port: command.port + 1 }
    server = await presentMssim(new SerialTpm(raw), command, () => {
      stops += 1
    })
  })
  afterEach(async () => {
    await server.close()
  })

  async function said(endpoint: TcpEndpoint, request: string): Promise<string> {
    const client = await SocketClient.to(endpoint)
    client.send(request)
    client.socket.end()
    return client.closed()
  }

  it('answers commands of one connection, in parts and together', async () => {
    const client = await SocketClient.to(server.command)
    expect(await client.ask(send(0, cheap), cheap.length + 8)).to.equal(framed(cheap))
    client.send(send(3, cheap).slice(0, 20))
    expect(await client.ask(send(3, cheap).slice(20), cheap.length + 8)).to.equal(framed(cheap))
    expect(await client.ask(send(1, cheap) + send(2, cheap), 2 * (cheap.length + 8))).to.equal(framed(cheap).repeat(2))
    expect(raw.asked).to.deep.equal([0, 3, 1, 2].map((locality) => `execute ${toHex(cheap)} ${locality}`))
    client.close()
  })

  it('runs a command of a client that does not read only when its answers are read', async () => {
    const client = await SocketClient.to(server.command)
    client.socket.pause()
    const long = concat(cheap, new Uint8Array(4000))
    const count = 2000
    client.send(send(0, long).repeat(count))
    for (let ran = -1; ran < raw.asked.length;) {
      ran = raw.asked.length
      for (let turns = 0; turns < 200; turns += 1) await turn()
    }
    expect(raw.asked.length).to.be.within(1, count - 1)
    client.socket.removeAllListeners('data').resume()
    while (raw.asked.length < count) await turn()
    client.close()
  })

  it('tells what it is', async () => {
    const client = await SocketClient.to(server.command)
    expect(await client.ask(word(15) + word(1), 12)).to.equal(word(1) + word(3) + word(0))
    client.close()
  })

  it('takes a dynamic launch', async () => {
    const client = await SocketClient.to(server.command)
    expect(await client.ask(word(5) + word(6) + word(2) + 'aabb' + word(7), 12)).to.equal(word(0).repeat(3))
    expect(raw.asked).to.deep.equal(['hashStart 4', 'hashData aabb', 'hashEnd 4'])
    client.close()
  })

  it('leaves a TPM on that is told to turn on', async () => {
    const client = await SocketClient.to(platform)
    expect(await client.ask(word(1) + word(11), 8)).to.equal(word(0).repeat(2))
    expect(raw.asked).to.deep.equal([])
    expect(await client.ask(word(2) + word(1), 8)).to.equal(word(0).repeat(2))
    expect(raw.asked).to.deep.equal(['powerOff', 'powerOn'])
    client.close()
  })

  for (const [name, operation, asked] of [
    ['a reset', 17, ['powerOff', 'powerOn']],
    ['a restart', 18, ['powerOff', 'powerOn']],
    ['presence', 3, []],
    ['no presence', 4, []],
    ['no more cancelling', 10, []],
    ['NV without power', 12, []],
  ] as const)
    it(`takes ${name}`, async () => {
      const client = await SocketClient.to(platform)
      expect(await client.ask(word(operation), 4)).to.equal(word(0))
      expect(raw.asked).to.deep.equal(asked)
      client.close()
    })

  it('cancels the command that runs', async () => {
    const client = await SocketClient.to(server.command)
    client.send(send(0, longCommand))
    while (!raw.runsLong) await new Promise(setImmediate)
    const other = await SocketClient.to(platform)
    expect(await other.ask(word(9), 4)).to.equal(word(0))
    expect(await client.receive(18)).to.equal(framed(longCommand))
    client.close()
    other.close()
  })

  it('ends a session without a word, and one that says nothing', async () => {
    expect(await said(server.command, word(20))).to.equal('')
    expect(await said(platform, word(20))).to.equal('')
    expect(await said(platform, '')).to.equal('')
    expect(stops).to.equal(0)
  })

  it('stops when it is told to', async () => {
    expect(await said(platform, word(21))).to.equal('')
    expect(stops).to.equal(1)
  })

  for (const [name, request] of [
    ['what is no operation', word(99)],
    ['a command that is too long', word(8) + '00' + word(4097)],
  ] as const)
    it(`answers ${name} by a one, and ends`, async () => {
      const client = await SocketClient.to(server.command)
      client.send(request)
      expect(await client.closed()).to.equal(word(1))
    })

  for (const [name, request] of [
    ['what is no operation', word(99)],
    ['the end of a session', word(20)],
  ] as const)
    it(`lets go of a client that says more behind ${name}, and leaves`, async () => {
      const listener = createServer()
      listener.listen({ host: '127.0.0.1', port: await freePort() })
      await once(listener, 'listening')
      const { port } = listener.address() as AddressInfo
      const client = connect({ host: '127.0.0.1', port }).resume()
      const [socket] = (await once(listener, 'connection')) as [Socket]
      const gone = once(socket, 'close')
      serveMssim(socket, 'command', { tpm: new SerialTpm(raw), onStop: () => undefined })
      client.on('error', () => undefined).end(fromHex(request + '00'.repeat(1 << 18)))
      await gone
      listener.close()
      await once(listener, 'close')
      expect(raw.asked).to.deep.equal([])
    })
})
