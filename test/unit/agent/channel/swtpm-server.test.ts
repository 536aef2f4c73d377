import { expect } from 'chai'
import { statSync } from 'node:fs'
import { createServer } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { type Endpoint, type UnixEndpoint } from '../../../../agent/sockets/endpoint.ts'
import { SerialTpm } from '../../../../agent/channel/serial-tpm.ts'
import { serveSwtpm, type SwtpmServer } from '../../../../agent/channel/swtpm-server.ts'
import { concat, fromHex, toHex } from '../../../../core/bytes/index.ts'
import { commandBytes, failure, longCommand, RecordingTpm } from './recording-tpm.ts'
import { freePort, freeSocket, scratchFolder } from './scratch.ts'
import { SocketClient } from './socket-client.ts'

const cheap = commandBytes(0x17b, 0, 8)
const identity = { manufacturer: 0x424c5448, firmwareVersion: 0x20261122, model: 'Bootlatch' }
const info = (text: string): Uint8Array => new TextEncoder().encode(`${text}\0`)
const specification = '"TPMSpecification":{"family":"2.0","level":0,"revision":164}'
const attributes = '"TPMAttributes":{"manufacturer":"id:424C5448","version":"id:20261122","model":"Bootlatch"}'

describe('swtpm sockets', () => {
  const folder = scratchFolder()
  let raw: RecordingTpm
  let server: SwtpmServer
  let shutdowns: number

  async function start(data: Endpoint = freeSocket(folder), control: Endpoint = freeSocket(folder)): Promise<void> {
    raw = new RecordingTpm()
    raw.powered = true
    shutdowns = 0
    const onShutdown = (): void => {
      shutdowns += 1
    }
    server = await serveSwtpm(new SerialTpm(raw), { data, control, identity, onShutdown })
  }

  beforeEach(async () => {
    await start()
  })

  afterEach(async () => {
    await server.close()
  })

  async function control(request: string): Promise<string> {
    const client = await SocketClient.to(server.control)
    client.send(request)
    client.socket.end()
    return client.closed()
  }

  describe('data', () => {
    it('answers one command per connection', async () => {
      for (let i = 0; i < 3; i += 1) {
        const client = await SocketClient.to(server.data)
        expect(await client.ask(cheap, cheap.length)).to.equal(toHex(cheap))
        client.close()
      }
    })

    it('answers many commands of one connection', async () => {
      const client = await SocketClient.to(server.data)
      for (let i = 0; i < 3; i += 1) expect(await client.ask(cheap, cheap.length)).to.equal(toHex(cheap))
      client.close()
    })

    it('takes what arrives together for one command', async () => {
      const client = await SocketClient.to(server.data)
      expect(await client.ask(concat(cheap, cheap), 2 * cheap.length)).to.equal(toHex(concat(cheap, cheap)))
      expect(raw.asked).to.have.length(1)
      client.close()
    })

    it('hands on a command whose rest does not come, and goes on with the next', async () => {
      const client = await SocketClient.to(server.data)
      const cut = cheap.subarray(0, 11)
      expect(await client.ask(cut, cut.length)).to.equal(toHex(cut))
      expect(await client.ask(cheap, cheap.length)).to.equal(toHex(cheap))
      client.close()
    })

    it('refuses a frame whose locality the control channel would not take', async () => {
      await server.close()
      raw = new RecordingTpm()
      const places = { data: freeSocket(folder), control: freeSocket(folder) }
      const bounds = { identity, highestLocality: 3, onShutdown: () => undefined }
      server = await serveSwtpm(new SerialTpm(raw), { ...places, ...bounds })
      const client = await SocketClient.to(server.data)
      const framed = '00000008' + '04' + '0000000c' + toHex(cheap)
      expect(await client.ask(framed, 18)).to.equal('0000000a' + '80010000000a00000907' + '00000000')
      expect(raw.asked).to.deep.equal([])
      client.close()
    })

    for (const [allows, request, answer, locality] of [
      [false, '80010000000b2000100003', '00000101', 0],
      [true, '80010000000b2000100003', '00000000', 3],
      [true, '80010000000b2000100004', '00000107', 0],
      [true, '80010000000a20001000', '0000009a', 0],
    ] as const)
      it(`answers ${answer} to ${request}, where a client ${allows ? 'may' : 'must not'} set the locality`, async () => {
        await server.close()
        raw = new RecordingTpm()
        raw.powered = true
        const places = { data: freeSocket(folder), control: freeSocket(folder) }
        const bounds = { identity, highestLocality: 3, allowsSetLocality: allows, onShutdown: () => undefined }
        server = await serveSwtpm(new SerialTpm(raw), { ...places, ...bounds })
        const client = await SocketClient.to(server.data)
        expect(await client.ask(request, 10)).to.equal(`80010000000a${answer}`)
        await client.ask(cheap, cheap.length)
        expect(raw.asked).to.deep.equal([`execute ${toHex(cheap)} ${locality}`])
        client.close()
      })

    it("takes a command in the frame of Microsoft's simulator, at the locality it names", async () => {
      const client = await SocketClient.to(server.data)
      const framed = '00000008' + '03' + '0000000c' + toHex(cheap)
      expect(await client.ask(framed, cheap.length + 8)).to.equal('0000000c' + toHex(cheap) + '00000000')
      client.send(framed.slice(0, 30))
      expect(await client.ask(framed.slice(30), cheap.length + 8)).to.equal('0000000c' + toHex(cheap) + '00000000')
      expect(raw.asked).to.deep.equal([`execute ${toHex(cheap)} 3`, `execute ${toHex(cheap)} 3`])
      client.close()
    })

    it('waits for the rest of half a command', async () => {
      const client = await SocketClient.to(server.data)
      client.send(cheap.subarray(0, 3))
      const other = await SocketClient.to(server.data)
      await other.ask(commandBytes(0x181), 10)
      expect(await client.ask(cheap.subarray(3), cheap.length)).to.equal(toHex(cheap))
      client.close()
      other.close()
    })

    it('serves on after half a command of a client that vanished, and after a connection without any', async () => {
      const probe = await SocketClient.to(server.data)
      probe.close()
      const half = await SocketClient.to(server.data)
      half.send(cheap.subarray(0, 11))
      half.close()
      const client = await SocketClient.to(server.data)
      expect(await client.ask(cheap, cheap.length)).to.equal(toHex(cheap))
      expect(raw.asked.filter((asked) => asked.includes(toHex(cheap)))).to.have.length(1)
      client.close()
    })

    it('finishes a long command whose client vanished, then serves the next', async () => {
      const gone = await SocketClient.to(server.data)
      gone.send(longCommand)
      const next = await SocketClient.to(server.data)
      while (!raw.runsLong) await new Promise(setImmediate)
      gone.close()
      next.send(cheap)
      raw.finish()
      expect(await next.receive(cheap.length)).to.equal(toHex(cheap))
      next.close()
    })

    it('answers a command that comes while a long one runs after it', async () => {
      const client = await SocketClient.to(server.data)
      client.send(longCommand)
      while (!raw.runsLong) await new Promise(setImmediate)
      client.send(cheap)
      raw.finish()
      expect(await client.receive(10 + cheap.length)).to.equal(toHex(concat(longCommand, cheap)))
      client.close()
    })

    it('gives the TPM the header of a command that is too long', async () => {
      const client = await SocketClient.to(server.data)
      const garbage = fromHex('ff'.repeat(10) + 'ee'.repeat(4087))
      expect(await client.ask(garbage, 10)).to.equal('ff'.repeat(10))
      expect(raw.asked).to.deep.equal(['execute ffffffffffffffffffff 0'])
      client.close()
    })

    it('answers TPM_RC_FAILURE where there is no power', async () => {
      raw.powered = false
      const client = await SocketClient.to(server.data)
      expect(await client.ask(cheap, 10)).to.equal(toHex(failure))
      client.close()
    })
  })

  describe('control', () => {
    const size = '00001000' + '00000af8' + '00001000'
    for (const { name, request, answer, asked = [], off = false } of [
      { name: 'GET_CAPABILITY', request: '00000001', answer: '000000000001fcbf' },
      { name: 'INIT', request: '0000000200000000', answer: '00000000', asked: ['powerOff', 'powerOn'] },
      {
        name: 'INIT, deleting the volatile state',
        request: '0000000200000001',
        answer: '00000000',
        asked: ['powerOff', 'powerOn'],
      },
      {
        name: 'INIT without power',
        request: '0000000200000000',
        answer: '00000000',
        off: true,
        asked: ['powerOff', 'powerOn'],
      },
      { name: 'GET_TPMESTABLISHED', request: '00000004', answer: '0000000000000000' },
      { name: 'GET_TPMESTABLISHED without power', request: '00000004', answer: '0000000a', off: true },
      { name: 'SET_LOCALITY 4', request: '0000000504', answer: '00000000' },
      { name: 'SET_LOCALITY without power', request: '0000000500', answer: '00000000', off: true },
      { name: 'SET_LOCALITY 5', request: '0000000505', answer: '0000003d' },
      { name: 'HASH_START', request: '00000006', answer: '00000000', asked: ['hashStart 4'] },
      { name: 'HASH_START without power', request: '00000006', answer: '0000000a', off: true },
      { name: 'HASH_DATA', request: '0000000700000002aabb', answer: '00000000', asked: ['hashData aabb'] },
      { name: 'HASH_DATA without power', request: '0000000700000001aa', answer: '0000000a', off: true },
      { name: 'HASH_DATA, too long', request: '0000000700010001aa', answer: '00000003' },
      { name: 'HASH_END', request: '00000008', answer: '00000000', asked: ['hashEnd 4'] },
      { name: 'CANCEL_TPM_CMD', request: '00000009', answer: '00000000', asked: ['cancel'] },
      { name: 'CANCEL_TPM_CMD without power', request: '00000009', answer: '0000000a', off: true },
      { name: 'STORE_VOLATILE of a state that does not move', request: '0000000a', answer: '0000000a' },
      { name: 'RESET_TPMESTABLISHED 3', request: '0000000b03', answer: '00000000', asked: ['resetEstablished 3'] },
      { name: 'RESET_TPMESTABLISHED 0', request: '0000000b00', answer: '0000003d' },
      {
        name: 'GET_STATEBLOB of a state that does not move',
        request: '0000000c000000010000000100000000',
        answer: '0000000a',
      },
      {
        name: 'SET_STATEBLOB of a state that does not move',
        request: '0000000d' + '00000000' + '00000001' + '00000000',
        answer: '0000000a',
      },
      { name: 'STOP', request: '0000000e', answer: '00000000', asked: ['powerOff'] },
      { name: 'GET_CONFIG', request: '0000000f', answer: '0000000000000001' },
      { name: 'SET_DATAFD without a socket', request: '00000010', answer: '0000001f' },
      { name: 'SET_LOCALITY as QEMU sends it', request: '0000000500000000', answer: '00000000' },
      { name: 'a command 0', request: '00000000', answer: '0000000a' },
      { name: 'HASH_START with more behind', request: '0000000600', answer: '00000003' },
      { name: 'HASH_START with more behind, without power', request: '0000000600', answer: '0000000a', off: true },
      { name: 'SET_BUFFERSIZE without a size', request: '00000011', answer: '00000003' },
      { name: 'SET_BUFFERSIZE, asking', request: '0000001100000000', answer: `00000000${size}` },
      { name: 'SET_BUFFERSIZE with power', request: '0000001100001000', answer: '0000000a' },
      {
        name: 'SET_BUFFERSIZE for tpm-crb',
        request: '0000001100000f80',
        answer: '00000000' + '00000f80' + '00000af8' + '00001000',
        off: true,
      },
      { name: 'SET_BUFFERSIZE, too large', request: '0000001100002000', answer: `00000000${size}`, off: true },
      {
        name: 'SET_BUFFERSIZE, too small',
        request: '0000001100000001',
        answer: '00000000' + '00000af8' + '00000af8' + '00001000',
        off: true,
      },
      { name: 'LOCK_STORAGE', request: '0000001300000000', answer: '00000000' },
      { name: 'an unknown command with a body', request: '00000099aabbccdd', answer: '0000000a' },
      { name: 'half a command', request: '000000', answer: '' },
      { name: 'half a body', request: '000000020000', answer: '' },
    ]) {
      it(name, async () => {
        raw.powered = !off
        expect(await control(request)).to.equal(answer)
        expect(raw.asked).to.deep.equal(asked)
      })
    }

    for (const [name, flags, text] of [
      ['specification and attributes', 3, `{${specification},${attributes}}`],
      ['specification', 1, `{${specification}}`],
      ['attributes', 2, `{${attributes}}`],
      ['features', 4, '{"TPMFeatures":{"RSAKeySizes":[1024,2048,3072]}}'],
      ['nothing', 0, '{}'],
    ] as const) {
      it(`GET_INFO of ${name}`, async () => {
        const bytes = info(text)
        const length = bytes.length.toString(16).padStart(8, '0')
        const answer = await control(`00000012000000000000000${flags}0000000000000000`)
        expect(answer).to.equal(`00000000${length}${length}${toHex(bytes)}`)
      })
    }

    it('GET_INFO from an offset, and past the end', async () => {
      const rest = toHex(info(`{${specification}}`).subarray(5))
      expect((await control('00000012' + '0000000000000001' + '00000005' + '00000000')).slice(24)).to.equal(rest)
      expect(await control('00000012' + '0000000000000001' + '00001000' + '00000000')).to.equal('00000003')
    })

    it('tells of a dynamic launch until it is reset', async () => {
      const client = await SocketClient.to(server.control)
      for (const request of ['00000006', '0000000700000001aa', '00000008'])
        expect(await client.ask(request, 4)).to.equal('00000000')
      expect(await client.ask('00000004', 8)).to.equal('00000000' + '01000000')
      expect(await client.ask('0000000b04', 4)).to.equal('00000000')
      expect(await client.ask('00000004', 8)).to.equal('00000000' + '00000000')
      client.close()
    })

    it('asks no more of the TPM for a client that does not read', async () => {
      await server.close()
      let taken = 0
      const blob = new Uint8Array(256 * 1024)
      const take = (): Uint8Array => {
        taken += 1
        return blob
      }
      const mover = { take, put: () => undefined, store: () => false, powerOn: () => undefined }
      const places = { data: freeSocket(folder), control: freeSocket(folder) }
      server = await serveSwtpm(new SerialTpm(raw), { ...places, identity, mover, onShutdown: () => undefined })
      const client = await SocketClient.to(server.control)
      client.socket.pause()
      const getBlob = '0000000c' + '00000000' + '00000001' + '00000000'
      client.send(getBlob)
      while (taken === 0) await turn()
      for (let asked = 0; asked < 20; asked += 1) {
        client.send(getBlob)
        for (let turns = 0; turns < 10; turns += 1) await turn()
      }
      expect(taken).to.be.below(5)
      client.close()
    })

    it('locality holds for the commands that follow, also after a reset', async () => {
      const data = await SocketClient.to(server.data)
      await control('0000000503')
      await data.ask(commandBytes(0x181), 10)
      await control('0000000200000000')
      await data.ask(commandBytes(0x181), 10)
      const executed = raw.asked.filter((asked) => asked.startsWith('execute'))
      expect(executed).to.deep.equal(['execute 80010000000a00000181 3', 'execute 80010000000a00000181 3'])
      data.close()
    })

    it('takes a body that comes later, byte by byte', async () => {
      const client = await SocketClient.to(server.control)
      client.socket.setNoDelay(true)
      for (const byte of fromHex('0000000700000002aabb')) {
        client.send(Uint8Array.of(byte))
        await new Promise(setImmediate)
      }
      expect(await client.receive(4)).to.equal('00000000')
      expect(raw.asked).to.deep.equal(['hashData aabb'])
      client.close()
    })

    it('SHUTDOWN takes power away, answers and says so once', async () => {
      expect(await control('00000003')).to.equal('00000000')
      expect(raw.powered).to.equal(false)
      expect(shutdowns).to.equal(1)
    })

    it('CANCEL and STOP reach a TPM that works on a long command', async () => {
      for (const request of ['00000009', '0000000e']) {
        raw.powered = true
        const data = await SocketClient.to(server.data)
        data.send(longCommand)
        while (!raw.runsLong) await new Promise(setImmediate)
        expect(await control(request)).to.equal('00000000')
        await data.receive(10)
        data.close()
      }
      expect(raw.powered).to.equal(false)
    })
  })

  describe('listening', () => {
    it('serves TCP as well', async () => {
      await server.close()
      const port = await freePort()
      await start({ kind: 'tcp', host: '127.0.0.1', port }, { kind: 'tcp', host: '127.0.0.1', port: port + 1 })
      const client = await SocketClient.to(server.data)
      expect(await client.ask(cheap, cheap.length)).to.equal(toHex(cheap))
      client.close()
      expect(await control('0000000500')).to.equal('00000000')
    })

    it('opens unix sockets to their owner alone', () => {
      for (const endpoint of [server.data, server.control])
        expect(statSync((endpoint as UnixEndpoint).path).mode & 0o777).to.equal(0o600)
    })

    it('leaves a socket on which somebody listens, and lets go of the data socket', async () => {
      const [data, taken] = [freeSocket(folder), freeSocket(folder)]
      const other = createServer().listen(taken.path)
      const refused = await serveSwtpm(new SerialTpm(raw), {
        data,
        control: taken,
        identity,
        onShutdown: () => undefined,
      }).then(
        () => 'served',
        (error: unknown) => (error as NodeJS.ErrnoException).code,
      )
      expect(refused).to.equal('EADDRINUSE')
      other.close()
      await server.close()
      await start(data, taken)
    })

    it('refuses more connections than it can serve, and takes new ones afterwards', async () => {
      const clients = await Promise.all(Array.from({ length: 64 }, () => SocketClient.to(server.data)))
      await clients[63]!.ask(cheap, cheap.length)
      const surplus = await SocketClient.to(server.data)
      expect(await surplus.closed()).to.equal('')
      for (const client of clients) client.close()
      for (;;) {
        const client = await SocketClient.to(server.data)
        client.send(cheap)
        const answer = await Promise.race([client.receive(cheap.length), client.closed()])
        client.close()
        if (answer !== '') break
      }
    })
  })
})
