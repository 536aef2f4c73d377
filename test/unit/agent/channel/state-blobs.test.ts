import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openStoredTpm, type StoredTpm } from '../../../../agent/channel/stored-tpm.ts'
import { SerialTpm } from '../../../../agent/channel/serial-tpm.ts'
import { serveSwtpm, type SwtpmServer } from '../../../../agent/channel/swtpm-server.ts'
import { fromHex, toHex } from '../../../../core/bytes/index.ts'
import { freeSocket, scratchFolder } from './scratch.ts'
import { SocketClient } from './socket-client.ts'

const identity = { manufacturer: 0x424c5448, firmwareVersion: 1, model: 'Bootlatch' }
const word = (value: number): string => value.toString(16).padStart(8, '0')
const startup = '80010000000c000001440000'
const extend =
  '80020000004100000182' +
  '00000007' +
  '00000009' +
  '40000009' +
  '0000' +
  '00' +
  '0000' +
  '00000001' +
  '000b' +
  '11'.repeat(32)
const pcr7 = '80010000001400000' + '17e' + '00000001' + '000b' + '03800000'
const success = '80010000000a00000000'
const isStarted = '80010000000a00000100'
const [permanent, volatile, savestate] = [1, 2, 3]

/** A TPM behind swtpm's sockets, over a folder of its own. */
class Machine {
  readonly #stored: StoredTpm
  readonly #server: SwtpmServer
  readonly #control: SocketClient
  readonly #data: SocketClient

  private constructor(stored: StoredTpm, server: SwtpmServer, control: SocketClient, data: SocketClient) {
    this.#stored = stored
    this.#server = server
    this.#control = control
    this.#data = data
  }

  static async open(folder: string, { key = 1, blobKey }: { key?: number; blobKey?: number } = {}): Promise<Machine> {
    const keyOf = (fill: number): Uint8Array => new Uint8Array(32).fill(fill)
    const stored = await openStoredTpm({
      folder,
      key: keyOf(key),
      blobKey: blobKey === undefined ? undefined : keyOf(blobKey),
    })
    const server = await serveSwtpm(new SerialTpm(stored.tpm), {
      data: freeSocket(folder),
      control: freeSocket(folder),
      identity,
      mover: stored.mover,
      onShutdown: () => undefined,
    })
    return new Machine(stored, server, await SocketClient.to(server.control), await SocketClient.to(server.data))
  }

  control(request: string, answerBytes = 4): Promise<string> {
    return this.#control.ask(request, answerBytes)
  }
  init(flags = 0): Promise<string> {
    return this.control('00000002' + word(flags))
  }
  stop(): Promise<string> {
    return this.control('0000000e')
  }
  command(bytes: string, answerBytes = 10): Promise<string> {
    return this.#data.ask(bytes, answerBytes)
  }
  /** The value of PCR 7 in the bank of SHA-256. */
  async pcr(): Promise<string> {
    return (await this.command(pcr7, 62)).slice(-64)
  }

  async take(type: number, flags = 0): Promise<string> {
    const head = await this.control('0000000c' + word(flags) + word(type) + word(0), 16)
    expect(head.slice(0, 16)).to.equal(word(0) + word(2))
    expect(head.slice(16, 24)).to.equal(head.slice(24))
    return this.control('', parseInt(head.slice(24), 16))
  }
  put(type: number, blob: string): Promise<string> {
    return this.control('0000000d' + word(2) + word(type) + word(blob.length / 2) + blob)
  }

  async close(): Promise<void> {
    this.#control.close()
    this.#data.close()
    await this.#server.close()
    await this.#stored.close()
  }
}

describe('state blobs', () => {
  const folder = scratchFolder()
  const open: Machine[] = []
  let made = 0

  function newFolder(): string {
    made += 1
    const path = join(folder, `m${made}`)
    mkdirSync(path)
    chmodSync(path, 0o700)
    return path
  }
  async function machine(path = newFolder(), keys: { key?: number; blobKey?: number } = {}): Promise<Machine> {
    const opened = await Machine.open(path, keys)
    open.push(opened)
    return opened
  }
  async function started(path = newFolder()): Promise<Machine> {
    const it = await machine(path)
    await it.init()
    expect(await it.command(startup)).to.equal(success)
    await it.command(extend, 19)
    return it
  }

  afterEach(async () => {
    for (const each of open.splice(0)) await each.close()
  })

  it('carry a running TPM to another process that has the key', async () => {
    const source = await started()
    const pcr = await source.pcr()
    const [outer, inner] = [await source.take(permanent), await source.take(volatile, 1)]
    const target = await machine()
    expect(await target.put(permanent, outer)).to.equal(word(0))
    expect(await target.put(volatile, inner)).to.equal(word(0))
    expect(await target.put(savestate, '')).to.equal(word(0))
    expect(await target.init(1)).to.equal(word(0))
    expect(await target.pcr()).to.equal(pcr)
    expect(await target.command(startup)).to.equal(isStarted)
    await target.init()
    expect(await target.command(startup)).to.equal(success)
  })

  it('take a TPM back to where it was within its power cycle', async () => {
    const it = await started()
    const [pcr, outer, inner] = [await it.pcr(), await it.take(permanent), await it.take(volatile)]
    await it.command(extend, 19)
    await it.stop()
    await it.put(permanent, outer)
    await it.put(volatile, inner)
    await it.init(1)
    expect(await it.pcr()).to.equal(pcr)
  })

  it('refuse a volatile state of an earlier power cycle', async () => {
    const it = await started()
    const inner = await it.take(volatile)
    await it.init()
    await it.command(startup)
    await it.stop()
    expect(await it.put(volatile, inner)).to.equal(word(0))
    expect(await it.init()).to.equal(word(9))
    expect(await it.control('00000004')).to.equal(word(0x0a))
    expect(await it.init()).to.equal(word(0))
    expect(await it.command(startup)).to.equal(success)
  })

  it('open under their key alone, and unaltered', async () => {
    const it = await started()
    const inner = await it.take(volatile)
    await it.stop()
    const altered = fromHex(inner)
    altered.fill(0, 200, 204)
    expect(await it.put(volatile, toHex(altered))).to.equal(word(3))
    expect(await it.put(permanent, inner)).to.equal(word(0x21))
    expect(await it.put(volatile, inner.slice(0, 400))).to.equal(word(3))
    const other = await machine(newFolder(), { key: 2 })
    expect(await other.put(volatile, inner)).to.equal(word(0x21))
    expect(await it.put(volatile, toHex(randomBytes(400)))).to.equal(word(3))
  })

  it('may have a key of their own', async () => {
    const source = await machine(newFolder(), { key: 1, blobKey: 9 })
    await source.init()
    const outer = await source.take(permanent)
    const target = await machine(newFolder(), { key: 2, blobKey: 9 })
    expect(await target.put(permanent, outer)).to.equal(word(0))
    expect(await (await machine(newFolder(), { key: 1 })).put(permanent, outer)).to.equal(word(0x21))
  })

  it('are put without power only, and asked for with power only', async () => {
    const it = await started()
    expect(await it.put(volatile, '')).to.equal(word(0x0a))
    await it.stop()
    expect(await it.control('0000000c' + word(0) + word(1) + word(0))).to.equal(word(0x0a))
    expect(await it.control('0000000a')).to.equal(word(0x0a))
  })

  it('are of two types', async () => {
    const it = await started()
    for (const type of [0, savestate, 4])
      expect(await it.control('0000000c' + word(0) + word(type) + word(0), 16)).to.equal(
        word(0x800) + word(0).repeat(3),
      )
    await it.stop()
    expect(await it.put(savestate, '00')).to.equal(word(3))
    expect(await it.put(7, '')).to.equal(word(3))
  })

  it('come in parts that fit together', async () => {
    const it = await started()
    const whole = await it.take(volatile)
    const size = whole.length / 2
    const head = await it.control('0000000c' + word(0) + word(volatile) + word(100), 16)
    expect(head).to.equal(word(0) + word(2) + word(size) + word(size - 100))
    expect(await it.control('', size - 100)).to.equal(whole.slice(200))
    expect(await it.control('0000000c' + word(0) + word(volatile) + word(size), 16)).to.equal(word(0).repeat(4))
  })

  it('refuse to be put where they are too long', async () => {
    const it = await machine()
    expect(await it.control('0000000d' + word(2) + word(1) + word(0x100000))).to.equal(word(3))
  })

  it('are stored for another process until it is told to forget them', async () => {
    const path = newFolder()
    const before = await started(path)
    const pcr = await before.pcr()
    expect(await before.control('0000000a')).to.equal(word(0))
    await open.pop()?.close()
    const after = await machine(path)
    await after.init()
    expect(await after.pcr()).to.equal(pcr)
    await after.init(1)
    expect(await after.pcr()).to.equal(pcr)
    expect(existsSync(join(path, 'vtpm.volatile'))).to.equal(false)
    await after.init()
    expect(await after.command(pcr7)).to.equal(isStarted)
  })

  it('are made durable again where the state file was taken away', async () => {
    const path = newFolder()
    const it = await started(path)
    const blob = await it.take(permanent)
    rmSync(join(path, 'vtpm.state'))
    await it.stop()
    expect(await it.put(permanent, blob)).to.equal(word(0))
    await it.init()
    expect(existsSync(join(path, 'vtpm.state'))).to.equal(true)
  })
})
