import { expect } from 'chai'
import {
  ALG,
  atHandle,
  atParameter,
  type Authorized,
  CAP,
  CC,
  Clear,
  decode,
  digest,
  GetCapability,
  GetCommandAuditDigest,
  GetTestResult,
  Hash,
  named,
  passwordSession,
  PT,
  RC,
  RH,
  SetCommandCodeAuditStatus,
  Shutdown,
  SU,
  type TpmClient,
  TPMS_ATTEST,
} from '../../core/tpm/index.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const empty = new Uint8Array(0)
const by = (handle: number): Authorized => ({ ...named(handle), auth: passwordSession() })
const nobody: Authorized = by(RH.null)

/** Where a response attests the clock, its counters and the firmware: behind magic, type, a Name of a handle and no data. */
const clockAndFirmware = { from: 30, to: 55 }

/** Part 1, 34 and Part 3, 18.6 and 21: which commands are audited, and what their audit comes to. */
export function commandAudit(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient

  before(async () => {
    bench = await start()
    client = bench.client
  })

  after(() => {
    bench.close()
  })

  const set = (change: { auditAlg?: number; setList?: number[]; clearList?: number[] }, auth = by(RH.owner)) =>
    client.run(SetCommandCodeAuditStatus, { auth }, { auditAlg: ALG.null, setList: [], clearList: [], ...change })

  async function audited(): Promise<readonly number[]> {
    const asked = { capability: CAP.auditCommands, property: 0, propertyCount: 254 }
    const { capabilityData } = await client.run(GetCapability, {}, asked)
    return capabilityData.capability === CAP.auditCommands ? capabilityData.data : []
  }

  /** The audit as it is attested by nobody, who does not end it. */
  async function audit() {
    bench.exact(true, clockAndFirmware)
    const handles = { privacyHandle: by(RH.endorsement), signHandle: nobody }
    const parameters = { qualifyingData: empty, inScheme: { scheme: ALG.null } } as const
    const { auditInfo } = await client.run(GetCommandAuditDigest, handles, parameters)
    bench.exact(true)
    const attest = decode(TPMS_ATTEST, auditInfo)
    if (!('auditCounter' in attest.attested)) throw new TypeError('attests something else')
    return attest.attested
  }

  const countersOf = (properties: readonly { readonly property: number; readonly value: number }[]) =>
    properties.filter(({ property }) => property >= PT.auditCounter0).map(({ value }) => value)

  async function counters(): Promise<readonly number[]> {
    const asked = { capability: CAP.tpmProperties, property: PT.auditCounter0, propertyCount: 2 }
    const { capabilityData } = await client.run(GetCapability, {}, asked)
    return capabilityData.capability === CAP.tpmProperties ? countersOf(capabilityData.data) : []
  }

  const codes = (...list: readonly number[]): Uint8Array =>
    Uint8Array.from(list.flatMap((code) => [code >>> 24, code >>> 16, code >>> 8, code].map((byte) => byte & 0xff)))

  it('audits nothing but changes of the audit at first', async () => {
    expect(await audited()).to.deep.equal([CC.SetCommandCodeAuditStatus])
    const attested = await audit()
    expect(attested).to.deep.equal({
      auditCounter: 0n,
      digestAlg: ALG.sha512,
      auditDigest: empty,
      commandDigest: digest(ALG.sha512, codes(CC.SetCommandCodeAuditStatus)),
    })
  })

  it('counts when it begins, and extends its digest by every command on the list', async () => {
    await set({})
    const first = await audit()
    expect(first.auditCounter).to.equal(1n)
    expect(first.auditDigest).to.have.length(64)
    await set({ setList: [CC.GetTestResult] })
    const second = await audit()
    await client.run(GetTestResult, {}, {})
    const third = await audit()
    expect(third.auditCounter).to.equal(1n)
    expect(third.auditDigest).to.not.deep.equal(second.auditDigest)
    expect(await counters()).to.deep.equal([0, 1])
  })

  it('does not extend it by what is refused or not on the list', async () => {
    const before = await audit()
    await codeOf(set({ auditAlg: 0x12 }))
    await client.run(Hash, {}, { data: empty, hashAlg: ALG.sha256, hierarchy: RH.null })
    expect(await audit()).to.deep.equal(before)
  })

  it('takes commands on the list and off it, but for those that always or never are', async () => {
    await set({ setList: [CC.GetRandom, CC.Startup, CC.Shutdown, 0x999], clearList: [CC.GetTestResult] })
    expect(await audited()).to.deep.equal([CC.SetCommandCodeAuditStatus, CC.Startup, CC.GetRandom])
    await set({ clearList: [CC.SetCommandCodeAuditStatus, CC.Startup, 0x999, CC.GetRandom] })
    expect(await audited()).to.deep.equal([CC.SetCommandCodeAuditStatus])
  })

  it('begins anew under another hash', async () => {
    expect(await codeOf(set({ auditAlg: ALG.sha1, setList: [CC.Hash] }))).to.equal(atParameter(RC.value, 0))
    await set({ auditAlg: ALG.sha512, setList: [CC.GetTestResult] })
    await set({ auditAlg: ALG.sha1 })
    expect(await audit()).to.deep.include({ auditCounter: 1n, digestAlg: ALG.sha1, auditDigest: empty })
    await client.run(GetTestResult, {}, {})
    const { auditCounter, auditDigest } = await audit()
    expect([auditCounter, auditDigest.length]).to.deep.equal([2n, 20])
  })

  it('goes on after Clear, which forgets the count alone', async () => {
    await client.run(Clear, { authHandle: by(RH.lockout) }, {})
    expect(await counters()).to.deep.equal([0, 0])
    expect((await audit()).auditDigest).to.have.length(20)
    expect(await audited()).to.deep.equal([CC.SetCommandCodeAuditStatus, CC.GetTestResult])
  })

  it('is the owner’s and the platform’s to change', async () => {
    expect(await codeOf(set({}, by(RH.platform)))).to.equal(RC.success)
    for (const other of [RH.lockout, RH.endorsement, RH.null])
      expect(await codeOf(set({}, by(other)))).to.equal(atHandle(RC.value, 0))
  })

  it('never has Shutdown in it', async () => {
    await set({ setList: [CC.Shutdown] })
    const before = await audit()
    await client.run(Shutdown, {}, { shutdownType: SU.clear })
    expect(await audit()).to.deep.equal(before)
  })
}
