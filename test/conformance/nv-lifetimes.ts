import { expect } from 'chai'
import {
  ALG,
  atHandle,
  atSession,
  type Authorized,
  authValueStep,
  atParameter,
  Clear,
  decode,
  FlushContext,
  handleName,
  NT,
  NV_ChangeAuth,
  NV_DefineSpace,
  NV_Extend,
  NV_GlobalWriteLock,
  NV_Increment,
  NV_Read,
  NV_ReadLock,
  NV_ReadPublic,
  NV_SetBits,
  NV_UndefineSpace,
  NV_Write,
  NV_WriteLock,
  passwordSession,
  policyDigest,
  PolicyPassword,
  RC,
  RH,
  Shutdown,
  startSession,
  Startup,
  struct,
  SU,
  TPMA_NV,
  type TpmClient,
  u32,
} from '../../core/tpm/index.ts'
import { bytesToBigInt, concat } from '../../core/bytes/index.ts'
import { cycles } from './power-cycles.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

type Attribute = keyof TPMA_NV

const owner: Authorized = { handle: RH.owner, name: handleName(RH.owner), auth: passwordSession() }
const empty = new Uint8Array(0)
const zeros = (size: number): Uint8Array => new Uint8Array(size)
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
const byOwner: readonly Attribute[] = ['ownerRead', 'ownerWrite']
const pin = ascii('pin')
const PinCounter = struct('TPMS_NV_PIN_COUNTER_PARAMETERS', { pinCount: u32, pinLimit: u32 })

/** Part 1, 37.2 and 37.4: what indices count, forget and keep, by use and by power. */
export function nvLifetimes(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient
  let nextIndex = 0x01510000

  before(async () => {
    bench = await start()
    client = bench.client
  })

  after(() => {
    bench.close()
  })

  async function define(
    attributes: readonly Attribute[],
    nt: number = NT.ordinary,
    authPolicy: Uint8Array = empty,
  ): Promise<number> {
    nextIndex += 1
    const publicInfo = {
      nvIndex: nextIndex,
      nameAlg: ALG.sha256,
      attributes: { ...TPMA_NV.of(...attributes), nt },
      authPolicy,
      dataSize: nt === NT.extend ? 32 : 8,
    }
    await client.run(NV_DefineSpace, { authHandle: owner }, { auth: pin, publicInfo })
    return nextIndex
  }

  async function named(handle: number) {
    return { handle, name: (await client.run(NV_ReadPublic, { nvIndex: { handle, name: empty } }, {})).nvName }
  }
  const on = async (handle: number) => ({ authHandle: owner, nvIndex: await named(handle) })
  async function byItself(handle: number, password = pin) {
    const nvIndex = await named(handle)
    return { authHandle: { ...nvIndex, auth: passwordSession(password) }, nvIndex }
  }
  const write = async (handle: number, data: Uint8Array, offset = 0) =>
    codeOf(client.run(NV_Write, await on(handle), { data, offset }))
  const read = async (handle: number) => codeOf(client.run(NV_Read, await on(handle), { size: 8, offset: 0 }))
  const tried = async (handle: number, password = pin) =>
    codeOf(client.run(NV_Read, await byItself(handle, password), { size: 8, offset: 0 }))

  const limit = (pinLimit: number, pinCount = 0): Uint8Array =>
    concat(...[pinCount, pinLimit].map((each) => Uint8Array.of(0, 0, 0, each)))
  async function count(handle: number): Promise<number> {
    const { data } = await client.run(NV_Read, await on(handle), { size: 8, offset: 0 })
    return decode(PinCounter, data).pinCount
  }

  async function cycle(shutdown: number | undefined, startup: number): Promise<void> {
    if (shutdown !== undefined) await client.run(Shutdown, {}, { shutdownType: shutdown })
    await bench.powerCycle()
    await client.run(Startup, {}, { startupType: startup })
  }

  describe('PIN fail', () => {
    let index: number

    before(async () => {
      index = await define([...byOwner, 'noDA'], NT.pinFail)
    })

    it('has no authValue before it is written', async () => {
      expect(await tried(index)).to.equal(RC.authUnavailable)
    })

    it('counts wrong authValues, and none after a right one', async () => {
      expect(await write(index, limit(3))).to.equal(RC.success)
      for (const each of [1, 2]) {
        expect(await tried(index, empty)).to.equal(atSession(RC.badAuth, 0))
        expect(await count(index)).to.equal(each)
      }
      expect(await tried(index)).to.equal(RC.success)
      expect(await count(index)).to.equal(0)
    })

    it('refuses the right one, too, once the limit is reached, until it is written', async () => {
      for (let tries = 0; tries < 3; tries += 1) await tried(index, empty)
      expect(await tried(index)).to.equal(RC.authUnavailable)
      expect(await count(index)).to.equal(3)
      expect(await write(index, limit(4, 3))).to.equal(RC.success)
      expect(await tried(index)).to.equal(RC.success)
    })

    it('takes part of a write, and no other kind of one', async () => {
      expect(await write(index, Uint8Array.of(9), 7)).to.equal(RC.success)
      expect(await read(index)).to.equal(RC.success)
      for (const run of [
        client.run(NV_Increment, await on(index), {}),
        client.run(NV_SetBits, await on(index), { bits: 1n }),
        client.run(NV_Extend, await on(index), { data: pin }),
      ])
        expect(await codeOf(run)).to.not.equal(RC.success)
    })
  })

  it('PIN pass counts right authValues up to its limit, wrong ones not', async () => {
    const index = await define([...byOwner, 'noDA'], NT.pinPass)
    await write(index, limit(2))
    expect(await tried(index, empty)).to.equal(atSession(RC.badAuth, 0))
    expect(await tried(index)).to.equal(RC.success)
    expect(await tried(index)).to.equal(RC.success)
    expect(await tried(index)).to.equal(RC.authUnavailable)
    expect(await count(index)).to.equal(2)
  })

  for (const [kind, nt] of [
    ['PIN fail', NT.pinFail],
    ['PIN pass', NT.pinPass],
  ] as const)
    it(`no session is bound to a ${kind}`, async () => {
      const bind = { handle: await define([...byOwner, 'noDA'], nt), authValue: pin }
      const begun = startSession(client, { type: 'hmac', hash: ALG.sha256, random: zeros, bind })
      expect(await codeOf(begun)).to.equal(atHandle(RC.handle, 1))
    })

  for (const [kind, nt] of [
    ['PIN fail', NT.pinFail],
    ['PIN pass', NT.pinPass],
  ] as const)
    it(`a policy may ask for the authValue of a ${kind} that was never written, and counts nothing`, async () => {
      const authPolicy = policyDigest(ALG.sha256, authValueStep)
      const index = await define([...byOwner, 'noDA', 'policyWrite'], nt, authPolicy)
      bench.exact(false)
      const { handle } = await startSession(client, { type: 'policy', hash: ALG.sha256, random: zeros })
      await client.run(PolicyPassword, { policySession: { handle, name: handleName(handle) } }, {})
      const written = async (password: Uint8Array) => {
        const plain = passwordSession(password)
        const auth = { ...plain, authorize: () => ({ ...plain.authorize(empty, []), sessionHandle: handle }) }
        const nvIndex = await named(index)
        return codeOf(
          client.run(NV_Write, { authHandle: { ...nvIndex, auth }, nvIndex }, { data: limit(3), offset: 0 }),
        )
      }
      expect(await written(empty)).to.equal(atSession(RC.badAuth, 0))
      expect(await written(pin)).to.equal(RC.success)
      bench.exact(true)
      expect(await count(index)).to.equal(0)
      await client.run(FlushContext, {}, { flushHandle: handle })
    })

  it('a PIN that is written in part at first has zeros or ones in the rest', async () => {
    const index = await define([...byOwner, 'noDA'], NT.pinPass)
    expect(await write(index, Uint8Array.of(1), 3)).to.equal(RC.success)
    expect(await read(index)).to.equal(RC.success)
  })

  for (const [name, attributes, rest] of [
    ['NV', [], 0xff],
    ['memory', ['orderly'], 0],
  ] as const)
    it(`what the first write to an index in ${name} leaves out is ${rest}`, async () => {
      const index = await define([...byOwner, ...attributes])
      expect(await write(index, Uint8Array.of(1), 3)).to.equal(RC.success)
      const { data } = await client.run(NV_Read, await on(index), { size: 8, offset: 0 })
      expect([...data]).to.deep.equal([rest, rest, rest, 1, rest, rest, rest, rest])
    })

  it('a PIN of a limit of zero has no authValue', async () => {
    const index = await define([...byOwner, 'noDA'], NT.pinPass)
    await write(index, limit(0))
    expect(await tried(index)).to.equal(RC.authUnavailable)
  })

  it('NV_ChangeAuth wants a policy', async () => {
    const nvIndex = { ...(await named(nextIndex)), auth: passwordSession(pin) }
    expect(await codeOf(client.run(NV_ChangeAuth, { nvIndex }, { newAuth: empty }))).to.equal(RC.authType)
  })

  const kinds: readonly (readonly [name: string, attributes: readonly Attribute[], nt: number])[] = [
    ['an ordinary index', [], NT.ordinary],
    ['one with all locks', ['writeStClear', 'readStClear', 'globalLock'], NT.ordinary],
    ['one that is written once', ['writeDefine', 'readStClear'], NT.ordinary],
    ['one that is written once in each cycle', ['writeDefine', 'writeStClear'], NT.ordinary],
    ['one that is cleared', ['clearStClear', 'writeStClear'], NT.ordinary],
    ['an orderly one', ['orderly'], NT.ordinary],
    ['an orderly one that is cleared', ['orderly', 'clearStClear'], NT.ordinary],
    ['a counter', ['writeStClear'], NT.counter],
    ['an orderly counter', ['orderly'], NT.counter],
    ['a bit field', ['orderly'], NT.bits],
    ['an extend index', ['orderly'], NT.extend],
    ['a PIN', ['noDA', 'clearStClear'], NT.pinFail],
    ['an orderly PIN', ['noDA', 'orderly'], NT.pinPass],
  ]

  async function fill(handle: number, nt: number): Promise<void> {
    if (nt === NT.counter) await client.run(NV_Increment, await on(handle), {})
    else if (nt === NT.bits) await client.run(NV_SetBits, await on(handle), { bits: 5n })
    else if (nt === NT.extend) await client.run(NV_Extend, await on(handle), { data: pin })
    else await write(handle, limit(5))
  }

  for (const [cycleName, shutdown, startup] of cycles) {
    describe(`after ${cycleName}`, () => {
      const defined: number[] = []

      before(async () => {
        for (const [, attributes, nt] of kinds) {
          for (const isFilled of [false, true]) {
            const handle = await define([...byOwner, ...attributes], nt)
            if (isFilled) await fill(handle, nt)
            for (const lock of [NV_WriteLock, NV_ReadLock]) await codeOf(client.run(lock, await on(handle), {}))
            defined.push(handle)
          }
        }
        await client.run(NV_GlobalWriteLock, { authHandle: owner }, {})
        await cycle(shutdown, startup)
      })

      // libtpms has little room for orderly ones
      after(async () => {
        for (const handle of defined) await client.run(NV_UndefineSpace, await on(handle), {})
      })

      kinds.forEach(([name, , nt], at) => {
        it(`${name} is as it must be`, async () => {
          for (const handle of defined.slice(2 * at, 2 * at + 2)) {
            const { nvPublic } = await client.run(NV_ReadPublic, { nvIndex: { handle, name: empty } }, {})
            const expected = nvPublic.attributes.written ? [RC.success, RC.nvLocked] : [RC.nvUninitialized, RC.nvLocked]
            expect(await read(handle)).to.be.oneOf(expected)
            await codeOf(fill(handle, nt))
            await read(handle)
          }
        })
      })
    })
  }

  it('a counter goes on above its last value, also behind Clear', async () => {
    const index = await define(byOwner, NT.counter)
    for (let times = 0; times < 3; times++) await fill(index, NT.counter)
    const last = await client.run(NV_Read, await on(index), { size: 8, offset: 0 })
    const authHandle = { handle: RH.lockout, name: handleName(RH.lockout), auth: passwordSession() }
    await client.run(Clear, { authHandle }, {})
    const next = await define(byOwner, NT.counter)
    await fill(next, NT.counter)
    const { data } = await client.run(NV_Read, await on(next), { size: 8, offset: 0 })
    expect(bytesToBigInt(data) > bytesToBigInt(last.data)).to.equal(true)
    await client.run(NV_UndefineSpace, await on(next), {})
  })

  it('a counter goes on after a Shutdown that no loss of power followed', async () => {
    const index = await define([...byOwner, 'orderly'], NT.counter)
    await fill(index, NT.counter)
    await client.run(Shutdown, {}, { shutdownType: SU.clear })
    await fill(index, NT.counter)
    await cycle(undefined, SU.clear)
    await fill(index, NT.counter)
    expect(await read(index)).to.equal(RC.success)
    expect(await codeOf(client.run(NV_Read, await on(index), { size: 8, offset: 9 }))).to.equal(
      atParameter(RC.value, 1),
    )
  })
}
