import { expect } from 'chai'
import { inspect } from 'node:util'
import { fromHex, toHex, WireError } from '../../../../core/bytes/index.ts'
import { defaultProfile, manufacture, MemoryStorage, Tpm, type StateStorage } from '../../../../agent/vtpm/index.ts'
import { RsaWorkshop } from '../../../../agent/vtpm/keys/rsa-work.ts'
import { LoadedObject } from '../../../../agent/vtpm/state/loaded-object.ts'
import { decodePersistentState } from '../../../../agent/vtpm/state/persistent-state.ts'
import { TpmState } from '../../../../agent/vtpm/state/tpm-state.ts'
import {
  akTemplate,
  ALG,
  CAP,
  Create,
  CreateLoaded,
  encode,
  GetCapability,
  GetRandom,
  HierarchyChangeAuth,
  named,
  RC,
  ReadClock,
  RH,
  srkTemplate,
  TPMA_OBJECT,
  TPMT_PUBLIC,
  type RsaPublic,
} from '../../../../core/tpm/index.ts'
import { Bench, byPassword, empty, noSecret, random, refused } from './bench.ts'

const code = (response: Uint8Array): string => toHex(response.slice(6, 10))
const failure = '80010000000a00000101'

/** Storage whose writes fail, or fail after all was written, from a moment on. */
class BrokenStorage implements StateStorage {
  readonly #inner = new MemoryStorage(manufacture({ random }))
  fault: 'none' | 'lost' | 'kept' = 'none'
  commits = 0
  load(): Uint8Array | undefined {
    return this.#inner.load()
  }
  commit(state: Uint8Array): void {
    this.commits++
    if (this.fault !== 'lost') this.#inner.commit(state)
    if (this.fault !== 'none') throw new Error('the disk is gone')
  }
}

describe('the pins of a Tpm', () => {
  for (const fault of ['lost', 'kept'] as const) {
    it(`put it into failure mode where the write of their effect is ${fault}`, async () => {
      const launch = (tpm: Tpm): void => {
        tpm.hashStart()
        tpm.hashEnd()
      }
      const reset = (tpm: Tpm): boolean => tpm.resetEstablished(3)
      for (const act of [launch, reset]) {
        const storage = new BrokenStorage()
        const tpm = Tpm.open({ storage, random, clock: () => 0 })
        tpm.powerOn()
        await tpm.execute(fromHex('80010000000c000001440000'))
        storage.fault = fault
        expect(act.bind(undefined, tpm)).to.throw('the disk is gone')
        storage.fault = 'none'
        expect(toHex(await tpm.execute(fromHex('80010000000a00000181')))).to.equal(failure)
      }
    })
  }
})

describe('the error that puts a Tpm into failure mode', () => {
  it('is told once', async () => {
    const storage = new BrokenStorage()
    const heard: unknown[] = []
    const tpm = Tpm.open({ storage, random, clock: () => 0, onFailure: (error) => heard.push(error) })
    tpm.powerOn()
    await tpm.execute(fromHex('80010000000c000001440000'))
    expect(heard).to.deep.equal([])
    storage.fault = 'lost'
    for (const name of ['first', 'second'])
      expect(toHex(await tpm.execute(fromHex('80010000000c000001450000'))), name).to.equal(failure)
    expect(heard.map(String)).to.deep.equal(['Error: the disk is gone'])
    expect(tpm.failure).to.equal(heard[0])
  })
})

describe('Tpm.execute', () => {
  for (const { name, command, expected } of [
    { name: 'nothing', command: '', expected: '80010000000a00000142' },
    { name: 'half a header', command: '80010000', expected: '80010000000a00000142' },
    { name: 'a tag of no kind', command: '80030000000a00000181', expected: '80010000000a00000084' },
    { name: 'a command of TPM 1.2', command: '00c10000000a000000f1', expected: '80010000000a00000084' },
    { name: 'the tag of another structure', command: '80180000000a00000181', expected: '80010000000a0000001e' },
    { name: 'the tag of a response of TPM 1.2', command: '00c40000000a00000181', expected: '80010000000a0000001e' },
    { name: 'a size that is not its own', command: '80010000000b00000181', expected: '80010000000a00000142' },
    { name: 'a command of no table', command: '80010000000a00000fff', expected: '80010000000a00000143' },
    { name: 'bytes left over', command: '80010000000b0000018100', expected: '80010000000a00000095' },
    {
      name: 'bytes behind a handle that is not there',
      command: '80010000000f000001650200003f00',
      expected: '80010000000a00000095',
    },
    {
      name: 'bytes behind a handle that no session has',
      command: '80010000000f000001650200004000',
      expected: '80010000000a000001c4',
    },
    {
      name: 'bytes behind a context of a handle that no session has',
      command: '80010000001d00000161000000000000000103ffffff40000007000000',
      expected: '80010000000a000001c4',
    },
    { name: 'a parameter that ends early', command: '80010000000b0000017b00', expected: '80010000000a000001da' },
    { name: 'a handle of another type', command: '80010000000e0000017300000000', expected: '80010000000a00000184' },
    { name: 'a handle where nothing is', command: '80010000000e0000017380000000', expected: '80010000000a00000910' },
    {
      name: 'a persistent handle where nothing is',
      command: '80010000000e0000017381000000',
      expected: '80010000000a0000018b',
    },
    { name: 'no authorization', command: '80010000000e0000013d00000010', expected: '80010000000a00000125' },
    {
      name: 'an authorization area that is too small',
      command: '8002000000120000013d0000001000000008',
      expected: '80010000000a00000095',
    },
    {
      name: 'an authorization that ends early (CVE-2023-1017)',
      command: '8002000000190000013d000000100000000940000009000001',
      expected: '80010000000a00000095',
    },
    {
      name: 'a password where none is needed',
      command: '80020000001700000181' + '00000009' + '400000090000010000',
      expected: '80010000000a0000098b',
    },
    {
      name: 'a reserved bit in the session attributes',
      command: '80020000001b0000013d00000010' + '00000009' + '400000090000080000',
      expected: '80010000000a000009a1',
    },
  ]) {
    it(`refuses ${name}`, async () => {
      const { tpm } = await Bench.started()
      expect(toHex(await tpm.execute(fromHex(command)))).to.equal(expected)
    })
  }

  it('fails without power, whatever comes', async () => {
    const tpm = Tpm.open({ storage: new MemoryStorage(manufacture({ random })), random, clock: () => 0 })
    expect(tpm.powered).to.equal(false)
    expect(toHex(await tpm.execute(fromHex('80010000000a00000181')))).to.equal(failure)
    expect(toHex(await tpm.execute(empty))).to.equal(failure)
  })
  it('waits for Startup, and takes it once', async () => {
    const bench = new Bench()
    await refused(RC.initialize, bench.client.run(ReadClock, {}, {}))
    await bench.startup()
    await refused(RC.initialize, bench.startup())
  })
  it('is not opened without a state', () => {
    expect(() => Tpm.open({ storage: new MemoryStorage(), random, clock: () => 0 })).to.throw(TypeError)
    expect(() => Tpm.open({ storage: new MemoryStorage(empty), random, clock: () => 0 })).to.throw(WireError)
  })

  it('shows no secret when it is printed', async () => {
    const secret = 0xa5
    const known = (size: number): Uint8Array => new Uint8Array(size).fill(secret)
    const storage = new MemoryStorage(manufacture({ random: known }))
    const state = new TpmState(
      {
        storage,
        random: known,
        nonces: { draw: known },
        clock: () => 0,
        profile: defaultProfile,
        work: new RsaWorkshop(),
      },
      decodePersistentState(storage.load() ?? empty),
    )
    const bench = await Bench.started(storage)
    const object = new LoadedObject({
      handle: 0x80000000,
      publicArea: akTemplate,
      sensitive: { sensitiveType: ALG.ecc, authValue: known(8), seedValue: known(8), sensitive: known(32) },
      qualifiedName: empty,
      hierarchy: RH.owner,
    })
    state.slots.put(object)
    const printed = [state, object, bench.tpm].map(
      (each) =>
        inspect(each, { depth: null }) +
        JSON.stringify(each, (_, value: unknown) => (typeof value === 'bigint' ? 0 : value)),
    )
    expect(printed.join()).to.not.match(/165,\s*165/)
  })

  describe('when its state cannot be written', () => {
    for (const fault of ['lost', 'kept'] as const) {
      it(`answers failure, and remembers what the disk does (${fault})`, async () => {
        const storage = new BrokenStorage()
        const bench = await Bench.started(storage)
        storage.fault = fault
        const change = { newAuth: Uint8Array.of(1, 2) }
        await refused(
          RC.failure,
          bench.client.run(HierarchyChangeAuth, { authHandle: byPassword(named(RH.owner)) }, change),
        )
        await refused(RC.failure, bench.client.run(GetRandom, {}, { bytesRequested: 1 }))

        storage.fault = 'none'
        await bench.reset()
        const password = fault === 'kept' ? Uint8Array.of(1, 2) : empty
        await bench.client.run(HierarchyChangeAuth, { authHandle: byPassword(named(RH.owner), password) }, change)
      })
    }
    it('tells its maker and its test result, and nothing else', async () => {
      const storage = new BrokenStorage()
      const bench = new Bench(storage)
      storage.fault = 'lost'
      await refused(RC.failure, bench.startup())
      const maker = await bench.tpm.execute(fromHex('8001000000160000017a000000060000010500000001'))
      expect(code(maker)).to.equal('00000000')
      expect(toHex(maker)).to.contain('00000105' + '42544c54')
      expect(code(await bench.tpm.execute(fromHex('80010000000a0000017c')))).to.equal('00000000')
      for (const command of ['80010000000c0000017b0001', '8001', '8002000000160000017a000000060000010500000001']) {
        expect(toHex(await bench.tpm.execute(fromHex(command)))).to.equal(failure)
      }
    })
  })

  it('writes before it answers, and only when something changed', async () => {
    const storage = new BrokenStorage()
    const bench = await Bench.started(storage)
    const before = storage.commits
    await bench.client.run(GetRandom, {}, { bytesRequested: 1 })
    await bench.client.run(ReadClock, {}, {})
    expect(storage.commits).to.equal(before)
    await bench.client.run(HierarchyChangeAuth, { authHandle: byPassword(named(RH.owner)) }, { newAuth: empty })
    expect(storage.commits).to.equal(before + 1)
    bench.nowMs += 5000
    await bench.client.run(ReadClock, {}, {})
    expect(storage.commits).to.equal(before + 2)
  })

  describe('a long command', () => {
    const rsa: RsaPublic = {
      type: ALG.rsa,
      nameAlg: ALG.sha256,
      objectAttributes: TPMA_OBJECT.of('fixedTPM', 'fixedParent', 'sensitiveDataOrigin', 'userWithAuth', 'sign'),
      authPolicy: empty,
      parameters: { symmetric: { algorithm: ALG.null }, scheme: { scheme: ALG.null }, keyBits: 2048, exponent: 0 },
      unique: empty,
    }
    /** Each makes an RSA key, at random or from a seed. */
    const makers = {
      Create: async (bench: Bench) => {
        const parent = await bench.primary(srkTemplate)
        const parameters = { inSensitive: noSecret, inPublic: rsa, outsideInfo: empty, creationPCR: [] }
        return () => bench.client.run(Create, { parentHandle: byPassword(parent) }, parameters)
      },
      CreatePrimary: async (bench: Bench) => Promise.resolve(() => bench.primary(rsa)),
      CreateLoaded: async (bench: Bench) => {
        const parameters = { inSensitive: noSecret, inPublic: encode(TPMT_PUBLIC, rsa) }
        const handles = { parentHandle: byPassword(named(RH.owner)) }
        return Promise.resolve(() => bench.client.run(CreateLoaded, handles, parameters))
      },
    }
    const loadedObjects = async (bench: Bench): Promise<unknown> => {
      const wanted = { capability: CAP.handles, property: 0x80000000, propertyCount: 8 }
      return (await bench.client.run(GetCapability, {}, wanted)).capabilityData.data
    }

    for (const [name, maker] of Object.entries(makers)) {
      describe(name, () => {
        let bench: Bench
        let make: () => Promise<{ readonly outPublic: { readonly unique: unknown } }>

        beforeEach(async () => {
          bench = await Bench.started()
          make = await maker(bench)
        })

        it('answers later, and keeps others out meanwhile', async () => {
          const made = make()
          await refused(RC.retry, bench.client.run(ReadClock, {}, {}))
          expect((await made).outPublic.unique).to.have.length(256)
          await bench.client.run(ReadClock, {}, {})
        })
        it('ends when it is canceled, and changes nothing', async () => {
          const before = await loadedObjects(bench)
          const made = make()
          bench.tpm.cancel()
          await refused(RC.canceled, made)
          expect(await loadedObjects(bench)).to.deep.equal(before)
          await make()
          expect(await loadedObjects(bench)).to.have.length(1)
        })
        it('ends with the power', async () => {
          const made = make()
          bench.tpm.powerOff()
          await refused(RC.failure, made)
          expect(bench.tpm.powered).to.equal(false)
          await bench.reset()
          expect(await loadedObjects(bench)).to.have.length(0)
        })
        it('takes no notice of a cancel between two commands', async () => {
          bench.tpm.cancel()
          await make()
        })
      })
    }
  })
})
