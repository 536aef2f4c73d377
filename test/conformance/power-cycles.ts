import { expect } from 'chai'
import {
  ALG,
  type Authorized,
  CAP,
  ContextSave,
  FlushContext,
  GetCapability,
  HierarchyChangeAuth,
  HierarchyControl,
  named,
  NV_DefineSpace,
  NV_Write,
  passwordSession,
  PCR_Extend,
  PCR_Read,
  PCR_SetAuthValue,
  PT,
  RC,
  RH,
  selectPcrs,
  SetPrimaryPolicy,
  Shutdown,
  startSession,
  Startup,
  SU,
  atParameter,
  taggedDigest,
  TPMA_NV,
  type TpmClient,
} from '../../core/tpm/index.ts'
import { nvNameOf } from '../../core/tpm/index.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const empty = new Uint8Array(0)
const secret = new TextEncoder().encode('secret')
const by = (handle: number, password = empty): Authorized => ({ ...named(handle), auth: passwordSession(password) })
const allPcrs = Array.from({ length: 24 }, (_, pcr) => pcr)
const zeros = (size: number): Uint8Array => new Uint8Array(size)

/** Every way in which a power cycle may come about. */
export const cycles: readonly (readonly [name: string, shutdown: number | undefined, startup: number])[] = [
  ['a loss of power', undefined, SU.clear],
  ['a Reset', SU.clear, SU.clear],
  ['a Restart', SU.state, SU.clear],
  ['a Resume', SU.state, SU.state],
]

/** Part 1, 12.2: what a Reset, a Restart and a Resume leave, and what makes a Shutdown as if it had not been. */
export function powerCycles(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient

  before(async () => {
    bench = await start()
    client = bench.client
  })

  after(() => {
    bench.close()
  })

  const extend = (pcr: number, ...values: readonly Uint8Array[]) =>
    client.run(PCR_Extend, { pcrHandle: by(pcr) }, { digests: values.map((value) => taggedDigest(ALG.sha256, value)) })

  async function cycle(shutdown: number | undefined, startup: number): Promise<void> {
    if (shutdown !== undefined) await client.run(Shutdown, {}, { shutdownType: shutdown })
    await bench.powerCycle()
    await client.run(Startup, {}, { startupType: startup })
  }

  async function capability(capability: number, property: number, propertyCount = 64): Promise<readonly unknown[]> {
    return (await client.run(GetCapability, {}, { capability, property, propertyCount })).capabilityData.data
  }

  for (const [name, shutdown, startup] of cycles) {
    describe(name, () => {
      let saved: number

      before(async () => {
        for (const pcr of [0, 7, 16, 23]) await extend(pcr, zeros(32))
        await client.run(HierarchyChangeAuth, { authHandle: by(RH.platform) }, { newAuth: secret })
        await client.run(PCR_SetAuthValue, { pcrHandle: by(20) }, { auth: secret })
        await client.run(HierarchyControl, { authHandle: by(RH.endorsement) }, { enable: RH.endorsement, state: 0 })
        bench.exact(false)
        const start = () => startSession(client, { type: 'hmac', hash: ALG.sha256, random: zeros })
        const [first] = [await start(), await start()]
        saved = first.handle
        bench.exact('code')
        await client.run(ContextSave, { saveHandle: named(saved) }, {})
        bench.exact(true)
        await cycle(shutdown, startup)
      })

      it('leaves PCRs and their counter', async () => {
        for (const group of [allPcrs.slice(0, 8), allPcrs.slice(16)])
          await client.run(PCR_Read, {}, { pcrSelectionIn: [selectPcrs(ALG.sha256, group)] })
      })

      it('leaves switches, flags and counts', async () => {
        for (const [first, count] of [
          [PT.permanent, 8],
          [PT.lockoutCounter, 7],
        ] as const)
          expect(await capability(CAP.tpmProperties, first, count)).to.have.length(count)
        expect(await capability(CAP.authPolicies, RH.owner)).to.have.length(4)
      })

      it('leaves the authValues of the platform and of PCRs', async () => {
        const keep = startup === SU.state ? secret : empty
        await codeOf(client.run(PCR_SetAuthValue, { pcrHandle: by(20) }, { auth: empty }))
        await client.run(PCR_SetAuthValue, { pcrHandle: by(20, keep) }, { auth: empty })
        await client.run(HierarchyChangeAuth, { authHandle: by(RH.platform, keep) }, { newAuth: empty })
        await client.run(HierarchyControl, { authHandle: by(RH.platform) }, { enable: RH.endorsement, state: 1 })
      })

      it('leaves sessions that were saved, and none that were loaded', async () => {
        expect(await capability(CAP.handles, 0x02000000)).to.deep.equal([])
        const isKept = shutdown === SU.state
        expect(await capability(CAP.handles, 0x03000000)).to.have.length(isKept ? 1 : 0)
        const flushed = await codeOf(client.run(FlushContext, {}, { flushHandle: saved }))
        expect(flushed).to.equal(isKept ? RC.success : atParameter(RC.handle, 0))
      })
    })
  }

  it('a Resume leaves the hierarchy of the platform on', async () => {
    await client.run(HierarchyControl, { authHandle: by(RH.platform) }, { enable: RH.platform, state: 0 })
    await cycle(SU.state, SU.state)
    expect(await capability(CAP.tpmProperties, PT.permanent, 2)).to.have.length(2)
    await client.run(HierarchyControl, { authHandle: by(RH.platform) }, { enable: RH.owner, state: 1 })
  })

  const nvPublic = {
    nvIndex: 0x01530001,
    nameAlg: ALG.sha256,
    attributes: TPMA_NV.of('ownerRead', 'ownerWrite', 'orderly'),
    authPolicy: empty,
    dataSize: 1,
  }

  describe('a Shutdown(STATE)', () => {
    before(async () => {
      await client.run(NV_DefineSpace, { authHandle: by(RH.owner) }, { auth: empty, publicInfo: nvPublic })
      const nvIndex = { handle: nvPublic.nvIndex, name: nvNameOf(nvPublic) }
      await client.run(NV_Write, { authHandle: by(RH.owner), nvIndex }, { data: Uint8Array.of(1), offset: 0 })
    })

    const platform = by(RH.platform)
    const none = { authPolicy: empty, hashAlg: ALG.null }
    const steps: readonly (readonly [name: string, step: () => Promise<unknown>, isOutdated: boolean])[] = [
      ['PCR_Read', () => client.run(PCR_Read, {}, { pcrSelectionIn: [] }), false],
      ['PCR_Extend of a PCR that it keeps', () => extend(0, zeros(32)), true],
      ['PCR_Extend by nothing', () => extend(0), true],
      ['PCR_Extend of a PCR that it does not keep', () => extend(16, zeros(32)), false],
      ['HierarchyChangeAuth of the owner', () => changeAuth(RH.owner), false],
      ['HierarchyChangeAuth of the platform', () => changeAuth(RH.platform), true],
      ['SetPrimaryPolicy of the owner', () => client.run(SetPrimaryPolicy, { authHandle: by(RH.owner) }, none), false],
      ['SetPrimaryPolicy of the platform', () => client.run(SetPrimaryPolicy, { authHandle: platform }, none), true],
      ['HierarchyControl that changes nothing', () => control(1), false],
      ['HierarchyControl', () => control(0), true],
      ['PCR_SetAuthValue', () => client.run(PCR_SetAuthValue, { pcrHandle: by(20) }, { auth: empty }), true],
      ['NV_Write of an orderly index', writeOrderly, true],
    ]
    const changeAuth = (handle: number) =>
      client.run(HierarchyChangeAuth, { authHandle: by(handle) }, { newAuth: empty })
    const control = (state: number) =>
      client.run(HierarchyControl, { authHandle: platform }, { enable: RH.owner, state })
    async function writeOrderly(): Promise<void> {
      const attributes = { ...nvPublic.attributes, written: true }
      const nvIndex = { handle: nvPublic.nvIndex, name: nvNameOf({ ...nvPublic, attributes }) }
      await client.run(NV_Write, { authHandle: by(RH.owner), nvIndex }, { data: Uint8Array.of(1), offset: 0 })
    }

    for (const [name, step, isOutdated] of steps) {
      it(`${isOutdated ? 'is outdated by' : 'outlives'} ${name}`, async () => {
        await client.run(Shutdown, {}, { shutdownType: SU.state })
        await step()
        await bench.powerCycle()
        const resumed = await codeOf(client.run(Startup, {}, { startupType: SU.state }))
        expect(resumed).to.equal(isOutdated ? atParameter(RC.value, 0) : RC.success)
        if (isOutdated) await client.run(Startup, {}, { startupType: SU.clear })
      })
    }
  })
}
