import { expect } from 'chai'
import {
  ALG,
  atHandle,
  atParameter,
  type Authorized,
  handleName,
  NT,
  NV_DefineSpace,
  NV_Extend,
  NV_Increment,
  NV_Read,
  NV_ReadLock,
  NV_ReadPublic,
  NV_SetBits,
  NV_UndefineSpace,
  NV_Write,
  NV_WriteLock,
  passwordSession,
  RC,
  RH,
  TPMA_NV,
  type TpmClient,
  type TPMS_NV_PUBLIC,
} from '../../core/tpm/index.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

type Attribute = keyof TPMA_NV

const owner: Authorized = { handle: RH.owner, name: handleName(RH.owner), auth: passwordSession() }
const platform: Authorized = { handle: RH.platform, name: handleName(RH.platform), auth: passwordSession() }
const empty = new Uint8Array(0)
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
const byOwner: readonly Attribute[] = ['ownerRead', 'ownerWrite']
const open: readonly Attribute[] = ['ownerRead', 'ownerWrite', 'authRead', 'authWrite', 'noDA']

/** Part 3, 31: what NV indices take, hold and refuse. */
export function nvStorage(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient
  let nextIndex = 0x01500000

  before(async () => {
    bench = await start()
    client = bench.client
  })

  after(() => {
    bench.close()
  })

  interface Wish {
    readonly attributes?: readonly Attribute[]
    readonly nt?: number
    readonly change?: Partial<TPMS_NV_PUBLIC>
    readonly auth?: Uint8Array
    readonly by?: Authorized
  }

  /** Defines the next index; resolves with its handle and the response code. */
  async function define({ attributes = byOwner, nt = NT.ordinary, change = {}, auth = empty, by = owner }: Wish) {
    nextIndex += 1
    const nvIndex = nextIndex
    const dataSize = nt === NT.extend ? 32 : 8
    const plain = {
      nvIndex,
      nameAlg: ALG.sha256,
      attributes: { ...TPMA_NV.of(...attributes), nt },
      authPolicy: empty,
      dataSize,
    }
    const code = await codeOf(
      client.run(NV_DefineSpace, { authHandle: by }, { auth, publicInfo: { ...plain, ...change } }),
    )
    return { nvIndex, code }
  }

  async function named(handle: number) {
    return { handle, name: (await client.run(NV_ReadPublic, { nvIndex: { handle, name: empty } }, {})).nvName }
  }

  /** Both handles of a command on an index, authorized by the owner unless told otherwise. */
  async function on(handle: number, by?: Authorized) {
    return { authHandle: by ?? owner, nvIndex: await named(handle) }
  }

  async function write(handle: number, text: string, offset = 0): Promise<number> {
    return codeOf(client.run(NV_Write, await on(handle), { data: ascii(text), offset }))
  }

  async function read(handle: number, size: number, offset = 0): Promise<number> {
    return codeOf(client.run(NV_Read, await on(handle), { size, offset }))
  }

  describe('DefineSpace', () => {
    const wishes: readonly (readonly [string, Wish, number])[] = [
      ['an ordinary index', {}, RC.success],
      ['a counter', { nt: NT.counter }, RC.success],
      ['a bit field', { nt: NT.bits }, RC.success],
      ['an extend index', { nt: NT.extend }, RC.success],
      ['an index of the platform', { by: platform, attributes: ['ppRead', 'ppWrite', 'platformCreate'] }, RC.success],
      ['an empty index', { change: { dataSize: 0 } }, RC.success],
      ['the largest index', { change: { dataSize: 2048 } }, RC.success],
      ['one that is too large', { change: { dataSize: 2049 } }, atParameter(RC.size, 1)],
      ['a counter of 4 bytes', { nt: NT.counter, change: { dataSize: 4 } }, atParameter(RC.size, 1)],
      ['an extend index of 8 bytes', { nt: NT.extend, change: { dataSize: 8 } }, atParameter(RC.size, 1)],
      ['an unknown type', { nt: 5 }, atParameter(RC.attributes, 1)],
      ['a policy of another size', { change: { authPolicy: new Uint8Array(20) } }, atParameter(RC.size, 1)],
      ['an authValue of 33 bytes', { auth: new Uint8Array(33).fill(1) }, atParameter(RC.size, 0)],
      ['an authValue that ends in zeros', { auth: new Uint8Array(40).fill(1, 0, 32) }, RC.success],
      ['nobody who may read', { attributes: ['ownerWrite'] }, atParameter(RC.attributes, 1)],
      ['nobody who may write', { attributes: ['ownerRead'] }, atParameter(RC.attributes, 1)],
      ['written from the start', { attributes: [...byOwner, 'written'] }, atParameter(RC.attributes, 1)],
      ['read-locked from the start', { attributes: [...byOwner, 'readLocked'] }, atParameter(RC.attributes, 1)],
      ['write-locked from the start', { attributes: [...byOwner, 'writeLocked'] }, atParameter(RC.attributes, 1)],
      [
        'a counter that forgets',
        { attributes: [...byOwner, 'clearStClear'], nt: NT.counter },
        atParameter(RC.attributes, 1),
      ],
      [
        'one that forgets and stays',
        { attributes: [...byOwner, 'clearStClear', 'writeDefine'] },
        atParameter(RC.attributes, 1),
      ],
      [
        'the owner making one of the platform',
        { attributes: [...byOwner, 'platformCreate'] },
        atHandle(RC.attributes, 0),
      ],
      ['the platform making one of the owner', { by: platform }, atHandle(RC.attributes, 0)],
      [
        'the owner asking for a policy to delete',
        { attributes: [...byOwner, 'policyDelete'] },
        atParameter(RC.attributes, 1),
      ],
      [
        'written as a whole, larger than a command',
        { attributes: [...byOwner, 'writeAll'], change: { dataSize: 1025 } },
        atParameter(RC.size, 1),
      ],
      ['an unknown hash', { change: { nameAlg: 0x12 } }, atParameter(RC.hash, 1)],
    ]
    for (const [name, wish, expected] of wishes) {
      it(`${expected === RC.success ? 'makes' : 'refuses'} ${name}`, async () => {
        const { nvIndex, code } = await define(wish)
        expect(code).to.equal(expected)
        if (code === RC.success) await client.run(NV_UndefineSpace, await on(nvIndex, wish.by), {})
      })
    }

    it('refuses an index that exists', async () => {
      const { nvIndex } = await define({})
      const again = await define({ change: { nvIndex } })
      expect(again.code).to.equal(RC.nvDefined)
    })
  })

  it('an ordinary index: bounds of writes and reads, and what no write reached', async () => {
    const { nvIndex } = await define({})
    expect(await read(nvIndex, 8)).to.equal(RC.nvUninitialized)
    expect(await write(nvIndex, 'abc', 2)).to.equal(RC.success)
    expect(await read(nvIndex, 8)).to.equal(RC.success)
    expect(await read(nvIndex, 0, 8)).to.equal(RC.success)
    expect(await write(nvIndex, '', 8)).to.equal(RC.success)
    expect(await write(nvIndex, 'x', 8)).to.equal(RC.nvRange)
    expect(await write(nvIndex, 'x', 9)).to.equal(atParameter(RC.value, 1))
    expect(await write(nvIndex, '123456789')).to.equal(RC.nvRange)
    expect(await read(nvIndex, 9)).to.equal(RC.nvRange)
    expect(await read(nvIndex, 1, 9)).to.equal(atParameter(RC.value, 1))
    expect(await read(nvIndex, 1025)).to.equal(atParameter(RC.value, 0))
    expect(await read(nvIndex, 8)).to.equal(RC.success)
  })

  it('who may: the owner, the index, nobody else', async () => {
    const { nvIndex } = await define({ attributes: ['authRead', 'authWrite', 'noDA'], auth: ascii('pin') })
    expect(await write(nvIndex, 'a')).to.equal(RC.nvAuthorization)
    const self = { ...(await named(nvIndex)), auth: passwordSession(ascii('pin')) }
    const handles = { authHandle: self, nvIndex: await named(nvIndex) }
    expect(await codeOf(client.run(NV_Write, handles, { data: ascii('a'), offset: 0 }))).to.equal(RC.success)
    const again = { ...(await named(nvIndex)), auth: passwordSession(ascii('pin')) }
    const other = await define({ attributes: open })
    const crossed = { authHandle: again, nvIndex: await named(other.nvIndex) }
    expect(await codeOf(client.run(NV_Write, crossed, { data: ascii('a'), offset: 0 }))).to.equal(RC.nvAuthorization)
    expect(await read(nvIndex, 1)).to.equal(RC.nvAuthorization)
    const wrong = { ...again, auth: passwordSession(ascii('pen')) }
    const refused = client.run(NV_Read, { authHandle: wrong, nvIndex: await named(nvIndex) }, { size: 1, offset: 0 })
    expect(await codeOf(refused)).to.be.greaterThan(0)
  })

  it('written as a whole', async () => {
    const { nvIndex } = await define({ attributes: [...byOwner, 'writeAll'] })
    expect(await write(nvIndex, 'short')).to.equal(RC.nvRange)
    expect(await write(nvIndex, '12345678')).to.equal(RC.success)
  })

  it('a counter', async () => {
    const { nvIndex } = await define({ nt: NT.counter })
    const increment = async () => codeOf(client.run(NV_Increment, await on(nvIndex), {}))
    expect(await read(nvIndex, 8)).to.equal(RC.nvUninitialized)
    expect(await increment()).to.equal(RC.success)
    expect(await increment()).to.equal(RC.success)
    expect(await write(nvIndex, '12345678')).to.equal(RC.attributes)
    expect(await codeOf(client.run(NV_SetBits, await on(nvIndex), { bits: 1n }))).to.equal(atHandle(RC.attributes, 1))
    expect(await read(nvIndex, 8)).to.equal(RC.success)
    await client.run(NV_UndefineSpace, await on(nvIndex), {})
    const again = await define({ nt: NT.counter, change: { nvIndex } })
    expect(again.code).to.equal(RC.success)
    expect(await increment()).to.equal(RC.success)
    expect(await read(nvIndex, 8)).to.equal(RC.success)
  })

  it('a bit field', async () => {
    const { nvIndex } = await define({ nt: NT.bits })
    for (const bits of [0n, 5n, 0x8000000000000000n])
      expect(await codeOf(client.run(NV_SetBits, await on(nvIndex), { bits }))).to.equal(RC.success)
    expect(await read(nvIndex, 8)).to.equal(RC.success)
    expect(await write(nvIndex, '1')).to.equal(RC.attributes)
    expect(await codeOf(client.run(NV_Increment, await on(nvIndex), {}))).to.equal(atHandle(RC.attributes, 1))
  })

  it('an extend index', async () => {
    const { nvIndex } = await define({ nt: NT.extend })
    const extend = async (text: string) => codeOf(client.run(NV_Extend, await on(nvIndex), { data: ascii(text) }))
    expect(await extend('one')).to.equal(RC.success)
    expect(await extend('')).to.equal(RC.success)
    expect(await read(nvIndex, 32)).to.equal(RC.success)
    expect(await write(nvIndex, '1')).to.equal(RC.attributes)
    const ordinary = await define({})
    expect(await codeOf(client.run(NV_Extend, await on(ordinary.nvIndex), { data: empty }))).to.equal(
      atHandle(RC.attributes, 1),
    )
  })

  it('locks', async () => {
    const { nvIndex } = await define({ attributes: [...byOwner, 'writeStClear', 'readStClear'] })
    const lock = async (command: typeof NV_WriteLock, handle = nvIndex) =>
      codeOf(client.run(command, await on(handle), {}))
    expect(await write(nvIndex, 'a')).to.equal(RC.success)
    expect(await lock(NV_WriteLock)).to.equal(RC.success)
    expect(await write(nvIndex, 'b')).to.equal(RC.nvLocked)
    expect(await lock(NV_WriteLock)).to.equal(RC.success)
    expect(await read(nvIndex, 1)).to.equal(RC.success)
    expect(await lock(NV_ReadLock)).to.equal(RC.success)
    expect(await read(nvIndex, 1)).to.equal(RC.nvLocked)
    expect(await lock(NV_ReadLock)).to.equal(RC.success)
    const open = await define({})
    expect(await lock(NV_WriteLock, open.nvIndex)).to.equal(atHandle(RC.attributes, 1))
    expect(await lock(NV_ReadLock, open.nvIndex)).to.equal(atHandle(RC.attributes, 1))
  })

  it('an index of the platform is not the owner’s to delete', async () => {
    const { nvIndex } = await define({ by: platform, attributes: ['ppRead', 'ppWrite', 'platformCreate', 'ownerRead'] })
    expect(await codeOf(client.run(NV_UndefineSpace, await on(nvIndex), {}))).to.equal(RC.nvAuthorization)
    expect(await codeOf(client.run(NV_UndefineSpace, await on(nvIndex, platform), {}))).to.equal(RC.success)
  })

  it('an index that is not there', async () => {
    const nvIndex = { handle: 0x01ffff00, name: empty }
    expect(await codeOf(client.run(NV_ReadPublic, { nvIndex }, {}))).to.equal(atHandle(RC.handle, 0))
  })
}
