import { expect } from 'chai'
import {
  ALG,
  atHandle,
  atParameter,
  atSession,
  type Authorized,
  ChangePPS,
  Clear,
  named,
  passwordSession,
  PCR_Event,
  PCR_SetAuthPolicy,
  PCR_SetAuthValue,
  RC,
  RH,
  type TpmClient,
} from '../../core/tpm/index.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const empty = new Uint8Array(0)
const pin = new TextEncoder().encode('pin')
const by = (handle: number, password = empty): Authorized => ({ ...named(handle), auth: passwordSession(password) })

/** Part 3, 22.6 and 22.7: PCRs 20 to 22 share one authValue and one policy. */
export function pcrAuthorization(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient

  before(async () => {
    bench = await start()
    client = bench.client
  })

  after(() => {
    bench.close()
  })

  const setAuth = (pcr: number, auth: Uint8Array, password = empty) =>
    codeOf(client.run(PCR_SetAuthValue, { pcrHandle: by(pcr, password) }, { auth }))
  const setPolicy = (pcrNum: number, hashAlg: number, authPolicy: Uint8Array, authHandle = by(RH.platform)) =>
    codeOf(client.run(PCR_SetAuthPolicy, { authHandle }, { authPolicy, hashAlg, pcrNum }))
  const event = (pcr: number, password = empty) =>
    codeOf(client.run(PCR_Event, { pcrHandle: by(pcr, password) }, { eventData: pin }))

  it('other PCRs take neither', async () => {
    for (const pcr of [0, 16, 19, 23]) {
      expect(await setAuth(pcr, pin)).to.equal(RC.value)
      expect(await setPolicy(pcr, ALG.null, empty)).to.equal(atParameter(RC.value, 2))
    }
    expect(await setAuth(24, pin)).to.equal(atHandle(RC.value, 0))
    expect(await setPolicy(24, ALG.null, empty)).to.equal(atParameter(RC.value, 2))
  })

  it('an authValue of one is that of all', async () => {
    expect(await setAuth(20, pin)).to.equal(RC.success)
    for (const pcr of [20, 21, 22]) {
      expect(await event(pcr)).to.equal(atSession(RC.badAuth, 0))
      expect(await event(pcr, pin)).to.equal(RC.locality)
    }
    expect(await setAuth(22, empty, pin)).to.equal(RC.success)
    expect(await event(21)).to.equal(RC.locality)
  })

  it('a policy is a digest of its hash', async () => {
    expect(await setPolicy(20, ALG.sha256, pin)).to.equal(atParameter(RC.size, 0))
    expect(await setPolicy(20, ALG.null, pin)).to.equal(atParameter(RC.size, 0))
    expect(await setPolicy(20, ALG.sha256, empty)).to.equal(atParameter(RC.size, 0))
  })

  it('a policy of one is that of all, and a password is not enough', async () => {
    expect(await setPolicy(21, ALG.sha256, new Uint8Array(32))).to.equal(RC.success)
    for (const pcr of [20, 21, 22]) expect(await event(pcr)).to.equal(RC.authType)
    expect(await setAuth(20, pin)).to.equal(RC.authType)
    expect(await setPolicy(20, ALG.null, empty)).to.equal(RC.success)
    expect(await event(21)).to.equal(RC.locality)
  })

  it('an authValue ends with the owner', async () => {
    expect(await setAuth(20, pin)).to.equal(RC.success)
    await client.run(Clear, { authHandle: by(RH.platform) }, {})
    expect(await setAuth(21, pin, pin)).to.equal(atSession(RC.badAuth, 0))
    expect(await setAuth(21, empty)).to.equal(RC.success)
  })

  it('a policy ends with the keys of the platform', async () => {
    expect(await setPolicy(20, ALG.sha256, new Uint8Array(32))).to.equal(RC.success)
    expect(await event(21)).to.equal(RC.authType)
    await client.run(ChangePPS, { authHandle: by(RH.platform) }, {})
    expect(await event(21)).to.equal(RC.locality)
  })

  it('is the platform’s to change', async () => {
    expect(await setPolicy(20, ALG.null, empty, by(RH.owner))).to.equal(atHandle(RC.value, 0))
  })
}
