import { expect } from 'chai'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { SerialTpm } from '../../../../agent/channel/serial-tpm.ts'
import { type UnixEndpoint } from '../../../../agent/sockets/endpoint.ts'
import { serveSwtpm, type SwtpmServer } from '../../../../agent/channel/swtpm-server.ts'
import { toHex } from '../../../../core/bytes/index.ts'
import { PassingClient, socketPair } from '../channel/passing-client.ts'
import { commandBytes, RecordingTpm } from '../channel/recording-tpm.ts'
import { freePort, freeSocket, scratchFolder } from '../channel/scratch.ts'
import { SocketClient } from '../channel/socket-client.ts'

const identity = { manufacturer: 0x424c5448, firmwareVersion: 0x20261122, model: 'Bootlatch' }
const setDataFd = '00000010'
const [done, ioError] = ['00000000', '0000001f']
const readClock = commandBytes(0x181)

describe('a data socket handed over on the control channel', () => {
  const folder = scratchFolder()
  let raw: RecordingTpm
  let server: SwtpmServer
  let control: PassingClient

  beforeEach(async () => {
    raw = new RecordingTpm()
    raw.powered = true
    const places = { data: freeSocket(folder), control: freeSocket(folder) }
    server = await serveSwtpm(new SerialTpm(raw), { ...places, identity, onShutdown: () => undefined })
    control = await PassingClient.to(places.control)
  })

  afterEach(async () => {
    control.close()
    await server.close()
  })

  async function handOver(to = control): Promise<{ readonly answer: string; readonly data: SocketClient }> {
    const { kept, passed } = await socketPair(freeSocket(folder).path)
    await to.pass(setDataFd, passed)
    return { answer: await to.receive(4), data: kept }
  }

  it('carries commands, at the locality in force', async () => {
    const { answer, data } = await handOver()
    expect(answer).to.equal(done)
    expect(await data.ask(readClock, 10)).to.equal(toHex(readClock))
    expect(await control.ask('0000000503000000', 4)).to.equal(done)
    expect(await data.ask(readClock, 10)).to.equal(toHex(readClock))
    expect(raw.asked.map((asked) => asked.at(-1))).to.deep.equal(['0', '3'])
    data.close()
  })

  it("takes no frame of Microsoft's simulator, in which a guest could name a locality", async () => {
    const { data } = await handOver()
    const framed = '00000008' + '04' + '0000000a' + toHex(readClock)
    expect(await data.ask(framed, framed.length / 2)).to.equal(framed)
    expect(raw.asked).to.deep.equal([`execute ${framed} 0`])
    data.close()
  })

  it('starts, resets and leaves a TPM as QEMU does', async () => {
    const { data } = await handOver()
    expect(await data.ask(readClock, 10)).to.equal(toHex(readClock))
    const size = '00001000' + '00000af8' + '00001000'
    const powerUp = async (): Promise<void> => {
      for (const [request, answer] of [
        ['0000000e', done],
        ['0000001100000000', done + size],
        ['0000000e', done],
        ['0000001100001000', done + size],
        ['0000000200000000', done],
      ] as const)
        expect(await control.ask(request, answer.length / 2)).to.equal(answer)
    }
    expect(await control.ask('00000001', 8)).to.equal('000000000001fcbf')
    await powerUp()
    expect(await control.ask('00000004', 8)).to.equal(done.repeat(2))
    expect(await control.ask('0000000500000000', 4)).to.equal(done)
    expect(await data.ask(readClock, 10)).to.equal(toHex(readClock))
    await powerUp()
    expect(await data.ask(readClock, 10)).to.equal(toHex(readClock))
    expect(await control.ask('00000003', 4)).to.equal(done)
    expect(raw.powered).to.equal(false)
    data.close()
  })

  it('is there once; a second is refused and closed', async () => {
    const first = await handOver()
    const second = await handOver()
    expect(second.answer).to.equal(ioError)
    expect(await second.data.closed()).to.equal('')
    expect(await first.data.ask(readClock, 10)).to.equal(toHex(readClock))
    first.data.close()
  })

  it('makes room for the next machine when it ends', async () => {
    const first = await handOver()
    first.data.close()
    control.close()
    control = await PassingClient.to(server.control as UnixEndpoint)
    let next = await handOver()
    while (next.answer !== done) next = await handOver()
    expect(await next.data.ask(readClock, 10)).to.equal(toHex(readClock))
    next.data.close()
  })

  it('outlives its control connection', async () => {
    const { data } = await handOver()
    control.socket.end()
    await control.closed()
    expect(await data.ask(readClock, 10)).to.equal(toHex(readClock))
    data.close()
  })

  it('is taken as well when it came beside an earlier command', async () => {
    const { kept, passed } = await socketPair(freeSocket(folder).path)
    await control.pass('00000001', passed)
    expect(await control.receive(8)).to.equal('000000000001fcbf')
    expect(await control.ask(setDataFd, 4)).to.equal(done)
    expect(await kept.ask(readClock, 10)).to.equal(toHex(readClock))
    kept.close()
  })

  it('is closed when nobody asks for it', async () => {
    const pairs = [await socketPair(freeSocket(folder).path), await socketPair(freeSocket(folder).path)]
    for (const { passed } of pairs) {
      await control.pass('00000001', passed)
      await control.receive(8)
    }
    expect(await pairs[1]!.kept.closed()).to.equal('')
    control.close()
    expect(await pairs[0]!.kept.closed()).to.equal('')
  })

  it('ends with the server', async () => {
    const { data } = await handOver()
    await server.close()
    expect(await data.closed()).to.equal('')
  })

  it('is not taken on TCP', async () => {
    await server.close()
    const [data, control] = [freeSocket(folder), { kind: 'tcp', host: '127.0.0.1', port: await freePort() } as const]
    server = await serveSwtpm(new SerialTpm(raw), { data, control, identity, onShutdown: () => undefined })
    const client = await SocketClient.to(control)
    expect(await client.ask(setDataFd, 4)).to.equal(ioError)
    client.close()
  })

  it('leaves no descriptor behind', async () => {
    const descriptors = (): number => readdirSync('/proc/self/fd').length
    const before = descriptors()
    for (let i = 0; i < 20; i += 1) {
      const client = await PassingClient.to(server.control as UnixEndpoint)
      let { answer, data } = await handOver(client)
      while (answer !== done) ({ answer, data } = await handOver(client))
      await data.ask(readClock, 10)
      data.socket.destroy()
      client.socket.end()
      await once(client.socket, 'close')
    }
    while (descriptors() > before) await new Promise(setImmediate)
    expect(descriptors()).to.be.at.most(before)
  })
})
