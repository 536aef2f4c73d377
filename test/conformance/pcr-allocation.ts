import { expect } from 'chai'
import {
  ALG,
  atParameter,
  type Authorized,
  CAP,
  Clear,
  EventSequenceComplete,
  GetCapability,
  HashSequenceStart,
  named,
  passwordSession,
  PCR_Allocate,
  PCR_Event,
  PCR_Read,
  RC,
  RH,
  selectPcrs,
  Shutdown,
  Startup,
  SU,
  type TpmClient,
  type TPML_PCR_SELECTION,
} from '../../core/tpm/index.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const empty = new Uint8Array(0)
const text = new TextEncoder().encode('an event')
const by = (handle: number): Authorized => ({ ...named(handle), auth: passwordSession() })
const hashes = [ALG.sha1, ALG.sha256, ALG.sha384, ALG.sha512]

/** Part 3, 22.5: banks that are given up, and what forgets that they are to be. */
export function pcrAllocations(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient

  beforeEach(async () => {
    bench = await start()
    client = bench.client
  })

  afterEach(() => {
    bench.close()
  })

  const allocate = (...pcrAllocation: TPML_PCR_SELECTION) =>
    client.run(PCR_Allocate, { authHandle: by(RH.platform) }, { pcrAllocation })

  async function banks(): Promise<readonly unknown[]> {
    const parameters = { capability: CAP.pcrs, property: 0, propertyCount: 64 }
    const { capabilityData } = await client.run(GetCapability, {}, parameters)
    return capabilityData.data
  }

  async function reset(): Promise<void> {
    await client.run(Shutdown, {}, { shutdownType: SU.clear })
    await bench.powerCycle()
    await client.run(Startup, {}, { startupType: SU.clear })
  }

  const withoutSha512 = selectPcrs(ALG.sha512, [])
  const littleOfSha1 = selectPcrs(ALG.sha1, [0, 17])

  it('an event is hashed by every hash, also by one that has no bank', async () => {
    await allocate(withoutSha512, littleOfSha1)
    await reset()
    const { digests } = await client.run(PCR_Event, { pcrHandle: by(7) }, { eventData: text })
    expect(digests.map(({ hashAlg }) => hashAlg)).to.deep.equal(hashes)
    const sequenceHandle = await client.run(HashSequenceStart, {}, { auth: empty, hashAlg: ALG.null })
    const handles = { pcrHandle: by(7), sequenceHandle: { ...by(sequenceHandle.handle), name: empty } }
    const { results } = await client.run(EventSequenceComplete, handles, { buffer: text })
    expect(results).to.deep.equal(digests)
    const all = hashes.map((hash) => selectPcrs(hash, [0, 7]))
    const { pcrSelectionOut } = await client.run(PCR_Read, {}, { pcrSelectionIn: all })
    expect(pcrSelectionOut[0]).to.deep.equal(selectPcrs(ALG.sha1, [0]))
  })

  it('is in the way of a Shutdown(STATE), even where it changes nothing', async () => {
    await allocate()
    const shutdown = () => codeOf(client.run(Shutdown, {}, { shutdownType: SU.state }))
    expect(await shutdown()).to.equal(atParameter(RC.type, 0))
    await client.run(Clear, { authHandle: by(RH.platform) }, {})
    expect(await shutdown()).to.equal(atParameter(RC.type, 0))
    await reset()
    expect(await shutdown()).to.equal(RC.success)
  })

  it('is in force after a Reset, and after a Clear not', async () => {
    const before = await banks()
    await allocate(withoutSha512)
    expect(await banks()).to.deep.equal(before)
    await client.run(Clear, { authHandle: by(RH.platform) }, {})
    await reset()
    expect(await banks()).to.deep.equal(before)
    await allocate(withoutSha512)
    await reset()
    expect(await banks()).to.deep.include(withoutSha512)
    await client.run(Clear, { authHandle: by(RH.platform) }, {})
    await reset()
    expect(await banks()).to.deep.include(withoutSha512)
  })
}
