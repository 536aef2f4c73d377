import { expect } from 'chai'
import {
  atHandle,
  atSession,
  type Authorized,
  CAP,
  CC,
  GetCapability,
  named,
  passwordSession,
  PP_Commands,
  PT,
  RC,
  RH,
  SetAlgorithmSet,
  type TpmClient,
} from '../../core/tpm/index.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const by = (handle: number): Authorized => ({ ...named(handle), auth: passwordSession() })

/** Part 3, 26: what only the platform may change, and what needs somebody beside the machine. */
export function platformManagement(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient

  before(async () => {
    bench = await start()
    client = bench.client
  })

  after(() => {
    bench.close()
  })

  it('PP_Commands wants physical presence', async () => {
    const parameters = { setList: [CC.Clear], clearList: [] }
    const run = client.run(PP_Commands, { auth: by(RH.platform) }, parameters)
    expect(await codeOf(run)).to.equal(atSession(RC.pp, 0))
    const other = client.run(PP_Commands, { auth: by(RH.owner) }, parameters)
    expect(await codeOf(other)).to.equal(atHandle(RC.value, 0))
  })

  it('SetAlgorithmSet is remembered', async () => {
    await client.run(SetAlgorithmSet, { authHandle: by(RH.platform) }, { algorithmSet: 7 })
    const asked = { capability: CAP.tpmProperties, property: PT.algorithmSet, propertyCount: 1 }
    const { capabilityData } = await client.run(GetCapability, {}, asked)
    expect(capabilityData.data).to.deep.equal([{ property: PT.algorithmSet, value: 7 }])
    const other = client.run(SetAlgorithmSet, { authHandle: by(RH.owner) }, { algorithmSet: 1 })
    expect(await codeOf(other)).to.equal(atHandle(RC.value, 0))
  })
}
