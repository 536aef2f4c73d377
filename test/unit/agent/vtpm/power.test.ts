import { expect } from 'chai'
import { changeEndorsementSeed } from '../../../../agent/vtpm/index.ts'
import {
  ALG,
  atHandle,
  atParameter,
  atSession,
  CAP,
  Clear,
  ClearControl,
  ContextLoad,
  ContextSave,
  curves,
  digest,
  ekTemplates,
  EvictControl,
  FlushContext,
  GetCapability,
  GetTestResult,
  HierarchyChangeAuth,
  named,
  PCR_Allocate,
  PCR_Event,
  PCR_Extend,
  PCR_Read,
  PCR_Reset,
  PT,
  RC,
  ReadClock,
  ReadPublic,
  RH,
  SelfTest,
  selectPcrs,
  Shutdown,
  srkTemplate,
  StirRandom,
  SU,
  taggedDigest,
} from '../../../../core/tpm/index.ts'
import { concat } from '../../../../core/bytes/index.ts'
import { Bench, byPassword, empty, random, refused } from './bench.ts'

const zeros = new Uint8Array(32)
const ones = new Uint8Array(32).fill(0xff)
const extended = (...values: readonly Uint8Array[]): Uint8Array =>
  values.reduce((old, value) => digest(ALG.sha256, old, value), zeros)

async function pcr(bench: Bench, index: number, hash: number = ALG.sha256): Promise<Uint8Array | undefined> {
  const { pcrValues } = await bench.client.run(PCR_Read, {}, { pcrSelectionIn: [selectPcrs(hash, [index])] })
  return pcrValues[0]
}
const changes = async (bench: Bench): Promise<number> =>
  (await bench.client.run(PCR_Read, {}, { pcrSelectionIn: [] })).pcrUpdateCounter
const extend = (bench: Bench, index: number, value: Uint8Array = zeros) =>
  bench.client.run(PCR_Extend, { pcrHandle: byPassword(named(index)) }, { digests: [taggedDigest(ALG.sha256, value)] })
const shutdown = (bench: Bench, shutdownType: number) => bench.client.run(Shutdown, {}, { shutdownType })
const clock = async (bench: Bench) => (await bench.client.run(ReadClock, {}, {})).currentTime

describe('an interface with less room', () => {
  it('makes longer commands too long until the power goes', async () => {
    const bench = await Bench.started()
    const sizes = async (): Promise<unknown> => {
      const asked = { capability: CAP.tpmProperties, property: PT.maxCommandSize, propertyCount: 2 }
      const { capabilityData } = await bench.client.run(GetCapability, {}, asked)
      return capabilityData.data
    }
    const rows = (value: number) => [PT.maxCommandSize, PT.maxResponseSize].map((property) => ({ property, value }))
    const fitting = () => bench.client.run(StirRandom, {}, { inData: new Uint8Array(128) })
    expect(await sizes()).to.deep.equal(rows(4096))
    bench.tpm.powerOn({ maxMessageBytes: 139 })
    await bench.startup()
    expect(await sizes()).to.deep.equal(rows(139))
    await refused(RC.commandSize, fitting())
    bench.tpm.powerOn({ maxMessageBytes: 140 })
    await bench.startup()
    await fitting()
    bench.tpm.powerOn()
    await bench.startup()
    expect(await sizes()).to.deep.equal(rows(4096))
  })
})

describe('PCRs', () => {
  it('begin as the profile says', async () => {
    const bench = await Bench.started()
    for (let index = 0; index < 24; index++) {
      expect(await pcr(bench, index), `PCR ${index}`).to.deep.equal(index >= 17 && index <= 22 ? ones : zeros)
    }
  })
  it('are extended bank by bank', async () => {
    const bench = await Bench.started()
    await extend(bench, 7, ones)
    await extend(bench, 7, zeros)
    expect(await pcr(bench, 7)).to.deep.equal(extended(ones, zeros))
    expect(await pcr(bench, 7, ALG.sha1)).to.deep.equal(new Uint8Array(20))
  })
  it('take an event, hashed for every bank', async () => {
    const bench = await Bench.started()
    const eventData = Uint8Array.of(1, 2, 3)
    const { digests } = await bench.client.run(PCR_Event, { pcrHandle: byPassword(named(16)) }, { eventData })
    expect(digests.map((each) => each.hashAlg)).to.deep.equal([ALG.sha1, ALG.sha256, ALG.sha384, ALG.sha512])
    expect(await pcr(bench, 16)).to.deep.equal(extended(digest(ALG.sha256, eventData)))
    await bench.client.run(PCR_Reset, { pcrHandle: byPassword(named(16)) }, {})
    expect(await pcr(bench, 16)).to.deep.equal(zeros)
  })
  it('count their changes, but not those of the debug and application ones', async () => {
    const bench = await Bench.started()
    const counter = async () => (await bench.client.run(PCR_Read, {}, { pcrSelectionIn: [] })).pcrUpdateCounter
    const before = await counter()
    await extend(bench, 0)
    await extend(bench, 16)
    await extend(bench, 23)
    expect(await counter()).to.equal(before + 1)
  })
  it('are read eight at a time, the selection says which', async () => {
    const bench = await Bench.started()
    const all = selectPcrs(
      ALG.sha256,
      Array.from({ length: 24 }, (_, index) => index),
    )
    const { pcrSelectionOut, pcrValues } = await bench.client.run(PCR_Read, {}, { pcrSelectionIn: [all] })
    expect(pcrValues).to.have.length(8)
    expect(pcrSelectionOut).to.deep.equal([selectPcrs(ALG.sha256, [0, 1, 2, 3, 4, 5, 6, 7])])
  })
  it('obey localities', async () => {
    const bench = await Bench.started()
    await refused(RC.locality, extend(bench, 17))
    await refused(RC.locality, bench.client.run(PCR_Reset, { pcrHandle: byPassword(named(0)) }, {}))
    await refused(RC.locality, bench.client.run(PCR_Event, { pcrHandle: byPassword(named(22)) }, { eventData: empty }))
    bench.locality = 4
    await extend(bench, 17)
    await refused(RC.locality, bench.client.run(PCR_Reset, { pcrHandle: byPassword(named(17)) }, {}))
    bench.locality = 2
    await extend(bench, 21)
    await bench.client.run(PCR_Reset, { pcrHandle: byPassword(named(21)) }, {})
    expect(await pcr(bench, 21)).to.deep.equal(zeros)
  })
  it('are those of locality 0 for a reserved one', async () => {
    const bench = await Bench.started()
    for (const locality of [5, 20, 31]) {
      bench.locality = locality
      await bench.client.run(PCR_Reset, { pcrHandle: byPassword(named(16)) }, {})
      await refused(RC.locality, extend(bench, 17))
    }
  })

  it('belong to no locality above 4, whatever its bits', async () => {
    const bench = await Bench.started()
    for (const locality of [5, 20, 33, 34, 36, 68, 255]) {
      bench.locality = locality
      await refused(RC.locality, extend(bench, 17))
      await refused(RC.locality, bench.client.run(PCR_Reset, { pcrHandle: byPassword(named(17)) }, {}))
    }
  })
  it('lose a bank at the next start', async () => {
    const bench = await Bench.started()
    const platform = { authHandle: byPassword(named(RH.platform)) }
    const made = await bench.client.run(PCR_Allocate, platform, { pcrAllocation: [selectPcrs(ALG.sha1, [])] })
    expect(made.allocationSuccess).to.equal(1)
    expect(await pcr(bench, 0, ALG.sha1)).to.deep.equal(new Uint8Array(20))
    await bench.reset()
    expect(await pcr(bench, 0, ALG.sha1)).to.equal(undefined)
    expect(await pcr(bench, 0)).to.deep.equal(zeros)
  })
  it('extend nothing by the null handle', async () => {
    const bench = await Bench.started()
    await bench.client.run(PCR_Extend, { pcrHandle: byPassword(named(RH.null)) }, { digests: [] })
    const { digests } = await bench.client.run(
      PCR_Event,
      { pcrHandle: byPassword(named(RH.null)) },
      { eventData: empty },
    )
    expect(digests).to.have.length(4)
  })
  for (const [from, elsewhere] of [
    [0, 3],
    [3, 0],
  ] as const)
    it(`are resumed from locality ${from} where that started them, and from no other`, async () => {
      const bench = new Bench()
      bench.locality = from
      await bench.startup()
      bench.locality = 0
      await shutdown(bench, SU.state)
      bench.tpm.powerOn()
      bench.locality = elsewhere
      await refused(RC.locality, bench.startup(SU.state))
      bench.locality = from
      await bench.startup(SU.state)
    })

  it('tell a Startup from locality 3, and take none from others', async () => {
    const bench = new Bench()
    bench.locality = 1
    await refused(RC.locality, bench.startup())
    bench.locality = 3
    await bench.startup()
    expect((await pcr(bench, 0))?.at(-1)).to.equal(3)
  })
  it('take an H-CRTM sequence before Startup, and a dynamic launch after it', async () => {
    const bench = new Bench()
    const launch = (): void => {
      bench.tpm.hashStart()
      bench.tpm.hashData(Uint8Array.of(1))
      bench.tpm.hashData(Uint8Array.of(2))
      bench.tpm.hashEnd()
    }
    const measured = digest(ALG.sha256, Uint8Array.of(1, 2))
    launch()
    await bench.startup()
    const locality4 = concat(new Uint8Array(31), Uint8Array.of(4))
    expect(await pcr(bench, 0)).to.deep.equal(digest(ALG.sha256, locality4, measured))
    expect(await changes(bench)).to.equal(await changes(await Bench.started()))
    expect(bench.tpm.tpmEstablished).to.equal(true)
    launch()
    expect(await pcr(bench, 17)).to.deep.equal(extended(measured))
    expect(await pcr(bench, 18)).to.deep.equal(zeros)
    expect(bench.tpm.tpmEstablished).to.equal(true)
    expect(bench.tpm.resetEstablished(0)).to.equal(false)
    expect(bench.tpm.resetEstablished(3)).to.equal(true)
    expect(bench.tpm.tpmEstablished).to.equal(false)
  })
  it('are left alone by a launch that a command interrupts', async () => {
    const bench = await Bench.started()
    bench.tpm.hashStart()
    expect(bench.tpm.tpmEstablished).to.equal(true)
    expect(await pcr(bench, 17)).to.deep.equal(ones)
    bench.tpm.hashEnd()
    expect(await pcr(bench, 17)).to.deep.equal(ones)
  })
  it('have room for a launch where no slot is free: the first object goes', async () => {
    const bench = await Bench.started(undefined, { maxTransientObjects: 2 })
    const [first, second] = [await bench.primary(), await bench.primary()]
    bench.tpm.hashStart()
    bench.tpm.hashEnd()
    await refused(RC.referenceH0, bench.client.run(ReadPublic, { objectHandle: first }, {}))
    await bench.client.run(ReadPublic, { objectHandle: second }, {})
  })
})

describe('a power cycle', () => {
  it('is a Reset without Shutdown(STATE): PCRs begin anew, resetCount goes on', async () => {
    const bench = await Bench.started()
    await extend(bench, 7)
    await shutdown(bench, SU.clear)
    await bench.reset()
    expect(await pcr(bench, 7)).to.deep.equal(zeros)
    expect((await clock(bench)).clockInfo).to.include({ resetCount: 2, restartCount: 0 })
  })
  it('is a Resume after Shutdown(STATE): PCRs and the null hierarchy stay', async () => {
    const bench = await Bench.started()
    await extend(bench, 7)
    await extend(bench, 16)
    const before = await bench.primary(srkTemplate, { hierarchy: RH.null })
    await bench.client.run(HierarchyChangeAuth, { authHandle: byPassword(named(RH.platform)) }, { newAuth: zeros })
    await shutdown(bench, SU.state)
    await bench.reset(SU.state)
    expect(await pcr(bench, 7)).to.deep.equal(extended(zeros))
    expect(await pcr(bench, 16)).to.deep.equal(zeros)
    expect((await bench.primary(srkTemplate, { hierarchy: RH.null })).name).to.deep.equal(before.name)
    expect((await clock(bench)).clockInfo).to.include({ resetCount: 1, restartCount: 1 })
    const clear = bench.client.run(
      HierarchyChangeAuth,
      { authHandle: byPassword(named(RH.platform), Uint8Array.of(1)) },
      { newAuth: empty },
    )
    await refused(atSession(RC.badAuth, 0), clear)
  })
  it('is a Restart if Startup(CLEAR) follows Shutdown(STATE)', async () => {
    const bench = await Bench.started()
    await extend(bench, 7)
    await shutdown(bench, SU.state)
    await bench.reset()
    expect(await pcr(bench, 7)).to.deep.equal(zeros)
    expect((await clock(bench)).clockInfo).to.include({ resetCount: 1, restartCount: 1 })
  })
  it('is refused as Resume if nothing was saved', async () => {
    const bench = await Bench.started()
    await shutdown(bench, SU.clear)
    bench.tpm.powerOn()
    await refused(atParameter(RC.value, 0), bench.startup(SU.state))
    await bench.startup()
  })
  it('keeps the clock after Shutdown, and says when it may repeat', async () => {
    const bench = await Bench.started()
    bench.nowMs += 1000
    await shutdown(bench, SU.clear)
    await bench.reset()
    expect((await clock(bench)).clockInfo).to.deep.include({ clock: 1000n, safe: 1 })
    bench.nowMs += 2000
    await bench.reset()
    expect((await clock(bench)).clockInfo).to.deep.include({ clock: 1000n, safe: 0 })
    bench.nowMs += 5000
    await clock(bench)
    expect((await clock(bench)).clockInfo).to.deep.include({ clock: 6000n, safe: 1 })
    expect((await clock(bench)).time).to.equal(5000n)
  })
})

describe('hierarchies', () => {
  it('change their authValue, for good', async () => {
    const bench = await Bench.started()
    const newAuth = Uint8Array.of(1, 2, 0)
    for (const hierarchy of [RH.owner, RH.endorsement, RH.lockout, RH.platform]) {
      await bench.client.run(HierarchyChangeAuth, { authHandle: byPassword(named(hierarchy)) }, { newAuth })
    }
    await bench.reset()
    for (const hierarchy of [RH.owner, RH.endorsement, RH.lockout]) {
      const right = byPassword(named(hierarchy), Uint8Array.of(1, 2))
      await bench.client.run(HierarchyChangeAuth, { authHandle: right }, { newAuth })
    }
    await bench.client.run(HierarchyChangeAuth, { authHandle: byPassword(named(RH.platform)) }, { newAuth })
    await refused(atSession(RC.badAuth, 0), bench.primary())
  })
  it('answer under the new authValue', async () => {
    const bench = await Bench.started()
    const session = (await bench.session()).with({ authValue: empty })
    const change = bench.client.run(
      HierarchyChangeAuth,
      { authHandle: { ...named(RH.owner), auth: session } },
      { newAuth: Uint8Array.of(5) },
    )
    expect(await change.catch((error: unknown) => (error as Error).name)).to.equal('ResponseAuthError')
    await bench.primary(srkTemplate, { hierarchy: RH.endorsement })
  })
  it('Clear makes a new owner and keeps the endorsement keys', async () => {
    const bench = await Bench.started()
    const ek = ekTemplates[1]!.template
    const before = [await bench.primary(), await bench.primary(ek, { hierarchy: RH.endorsement })]
    const kept = { auth: byPassword(named(RH.owner)), objectHandle: before[0]! }
    await bench.client.run(EvictControl, kept, { persistentHandle: 0x81000001 })
    await bench.client.run(
      HierarchyChangeAuth,
      { authHandle: byPassword(named(RH.owner)) },
      { newAuth: Uint8Array.of(1) },
    )
    await bench.client.run(Clear, { authHandle: byPassword(named(RH.lockout)) }, {})
    await refused(RC.referenceH0, bench.client.run(ReadPublic, { objectHandle: before[0]! }, {}))
    await refused(
      atHandle(RC.handle, 0),
      bench.client.run(ReadPublic, { objectHandle: { ...before[0]!, handle: 0x81000001 } }, {}),
    )
    const after = [await bench.primary(), await bench.primary(ek, { hierarchy: RH.endorsement })]
    expect(after[0]!.name).to.not.deep.equal(before[0]!.name)
    expect(after[1]!.name).to.deep.equal(before[1]!.name)
    expect((await clock(bench)).clockInfo).to.include({ resetCount: 0, restartCount: 0 })
  })
  it('refuse Clear after ClearControl, which only the platform takes back', async () => {
    const bench = await Bench.started()
    const control = (hierarchy: number, disable: number) =>
      bench.client.run(ClearControl, { auth: byPassword(named(hierarchy)) }, { disable })
    await control(RH.lockout, 1)
    await refused(RC.disabled, bench.client.run(Clear, { authHandle: byPassword(named(RH.lockout)) }, {}))
    await refused(RC.authFail, control(RH.lockout, 0))
    await control(RH.platform, 0)
    await bench.client.run(Clear, { authHandle: byPassword(named(RH.platform)) }, {})
  })
  it('get a new endorsement seed while the owner stays', async () => {
    const bench = await Bench.started()
    const ek = ekTemplates[1]!.template
    const before = [await bench.primary(), await bench.primary(ek, { hierarchy: RH.endorsement })]
    bench.tpm.powerOff()
    changeEndorsementSeed(bench.storage, random)
    bench.tpm.powerOn()
    await bench.startup()
    expect((await bench.primary()).name).to.deep.equal(before[0]!.name)
    expect((await bench.primary(ek, { hierarchy: RH.endorsement })).name).to.not.deep.equal(before[1]!.name)
  })
})

describe('contexts', () => {
  it('take an object out and in again', async () => {
    const bench = await Bench.started()
    const object = await bench.primary()
    const saved = await bench.client.run(ContextSave, { saveHandle: object }, {})
    await bench.client.run(FlushContext, {}, { flushHandle: object.handle })
    const { handle } = await bench.client.run(ContextLoad, {}, saved)
    const shown = await bench.client.run(ReadPublic, { objectHandle: { handle, name: object.name } }, {})
    expect(shown.name).to.deep.equal(object.name)
  })
  it('take a session out, and in once', async () => {
    const bench = await Bench.started()
    const session = await bench.session({ type: 'policy' })
    const saved = await bench.client.run(ContextSave, { saveHandle: named(session.handle) }, {})
    await refused(RC.referenceH0, bench.client.run(ContextSave, { saveHandle: named(session.handle) }, {}))
    expect((await bench.client.run(ContextLoad, {}, saved)).handle).to.equal(session.handle)
    await refused(atParameter(RC.handle, 0), bench.client.run(ContextLoad, {}, saved))
  })
  it('do not load altered, after a reset, or in another TPM', async () => {
    const bench = await Bench.started()
    const object = await bench.primary()
    const { context } = await bench.client.run(ContextSave, { saveHandle: object }, {})
    const load = (on: Bench, changes: object = {}) =>
      on.client.run(ContextLoad, {}, { context: { ...context, ...changes } })
    const contextBlob = context.contextBlob.map((byte, at) => (at === context.contextBlob.length - 1 ? byte ^ 1 : byte))
    await refused(atParameter(RC.integrity, 0), load(bench, { contextBlob }))
    await refused(atParameter(RC.integrity, 0), load(bench, { sequence: context.sequence + 1n }))
    await refused(atParameter(RC.integrity, 0), load(bench, { hierarchy: RH.endorsement }))
    await refused(RC.insufficient, load(bench, { contextBlob: empty }))
    await refused(atParameter(RC.integrity, 0), load(await Bench.started()))
    await bench.reset()
    await refused(atParameter(RC.integrity, 0), load(bench))
  })
})

describe('EvictControl', () => {
  const evict = (
    bench: Bench,
    object: { handle: number; name: Uint8Array },
    persistentHandle: number,
    auth: number = RH.owner,
  ) => bench.client.run(EvictControl, { auth: byPassword(named(auth)), objectHandle: object }, { persistentHandle })
  it('keeps an object over power cycles, and removes it', async () => {
    const bench = await Bench.started()
    const object = await bench.primary()
    await evict(bench, object, 0x81000001)
    await bench.reset()
    const kept = { handle: 0x81000001, name: object.name }
    expect((await bench.client.run(ReadPublic, { objectHandle: kept }, {})).name).to.deep.equal(object.name)
    await evict(bench, kept, 0x81000001)
    await refused(atHandle(RC.handle, 0), bench.client.run(ReadPublic, { objectHandle: kept }, {}))
  })
  it('refuses what may not persist, a handle of another hierarchy, and one that is taken', async () => {
    const bench = await Bench.started()
    const object = await bench.primary()
    const temporary = await bench.primary(srkTemplate, { hierarchy: RH.null })
    const platform = await bench.primary(srkTemplate, { hierarchy: RH.platform })
    await refused(atHandle(RC.attributes, 1), evict(bench, temporary, 0x81000001))
    await refused(atHandle(RC.hierarchy, 1), evict(bench, platform, 0x81000001))
    await refused(atParameter(RC.range, 0), evict(bench, object, 0x81800001))
    await evict(bench, platform, 0x81800001, RH.platform)
    await evict(bench, object, 0x81000001)
    await refused(RC.nvDefined, evict(bench, object, 0x81000001))
    await refused(atHandle(RC.handle, 1), evict(bench, { handle: 0x81000001, name: object.name }, 0x81000002))
  })
  it('is bounded', async () => {
    const bench = await Bench.started(undefined, { maxPersistentObjects: 1 })
    const object = await bench.primary()
    await evict(bench, object, 0x81000001)
    await refused(RC.nvSpace, evict(bench, object, 0x81000002))
  })
})

describe('GetCapability', () => {
  const ask = (bench: Bench, capability: number, property: number, propertyCount = 100) =>
    bench.client.run(GetCapability, {}, { capability, property, propertyCount })
  it('pages', async () => {
    const bench = await Bench.started()
    const { moreData, capabilityData } = await ask(bench, CAP.tpmProperties, PT.manufacturer, 1)
    expect(moreData).to.equal(1)
    expect(capabilityData.data).to.deep.equal([{ property: PT.manufacturer, value: 0x42544c54 }])
    expect((await ask(bench, CAP.tpmProperties, PT.auditCounter1)).moreData).to.equal(0)
    expect((await ask(bench, CAP.tpmProperties, 0x300)).capabilityData.data).to.deep.equal([])
  })
  it('lists every command it answers', async () => {
    const bench = await Bench.started()
    const { capabilityData } = await ask(bench, CAP.commands, 0, 254)
    const { capabilityData: counted } = await ask(bench, CAP.tpmProperties, PT.totalCommands, 1)
    expect((counted.data[0] as { value: number }).value).to.equal(capabilityData.data.length)
  })
  it('lists handles by type', async () => {
    const bench = await Bench.started()
    const object = await bench.primary()
    const session = await bench.session()
    expect((await ask(bench, CAP.handles, 0x80000000)).capabilityData.data).to.deep.equal([object.handle])
    expect((await ask(bench, CAP.handles, 0x02000000)).capabilityData.data).to.deep.equal([session.handle])
    expect((await ask(bench, CAP.handles, 0x03000000)).capabilityData.data).to.deep.equal([])
    expect((await ask(bench, CAP.handles, 0)).capabilityData.data).to.have.length(24)
    await refused(atParameter(RC.handle, 1), ask(bench, CAP.handles, 0x05000000))
  })
  it('tells banks, curves, algorithms and what PCRs can', async () => {
    const bench = await Bench.started()
    expect((await ask(bench, CAP.pcrs, 0)).capabilityData.data).to.have.length(4)
    expect((await ask(bench, CAP.eccCurves, 0)).capabilityData.data).to.deep.equal(curves.map(({ id }) => id))
    expect((await ask(bench, CAP.algs, 0)).capabilityData.data.length).to.be.greaterThan(20)
    expect((await ask(bench, CAP.pcrProperties, 0)).capabilityData.data).to.have.length(15)
    expect((await ask(bench, CAP.authPolicies, RH.owner)).capabilityData.data).to.have.length(4)
    expect((await ask(bench, CAP.act, 0x40000110)).capabilityData.data).to.deep.equal([])
    for (const capability of [CAP.authPolicies, CAP.act])
      await refused(atParameter(RC.value, 1), ask(bench, capability, 0))
    await refused(atParameter(RC.value, 0), ask(bench, 11, 0))
  })
})

it('a TPM tests itself, and takes entropy', async () => {
  const bench = await Bench.started()
  await bench.client.run(SelfTest, {}, { fullTest: 1 })
  expect((await bench.client.run(GetTestResult, {}, {})).testResult).to.equal(RC.success)
  await bench.client.run(StirRandom, {}, { inData: zeros })
})
