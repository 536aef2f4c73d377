import { expect } from 'chai'
import {
  ALG,
  atParameter,
  type Authorized,
  CreatePrimary,
  FlushContext,
  GetTime,
  named,
  passwordSession,
  PCR_Allocate,
  PolicyCounterTimer,
  Quote,
  RC,
  ReadPublic,
  RH,
  selectPcrs,
  srkTemplate,
  startSession,
  TestParms,
  type TpmClient,
} from '../../core/tpm/index.ts'
import { aesKey, eccKey, loadExternal } from './external-keys.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const empty = new Uint8Array(0)
const byPassword = (handle: number): Authorized => ({ ...named(handle), auth: passwordSession() })
const banks = [ALG.sha1, ALG.sha256, ALG.sha384, ALG.sha512] as const

/** Requests at the edges, which sequences made up at random have found to be answered otherwise before. */
export function oddRequests(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient

  before(async () => {
    bench = await start()
    client = bench.client
  })

  after(() => {
    bench.close()
  })

  const flush = (flushHandle: number) => client.run(FlushContext, {}, { flushHandle })

  it('LoadExternal: an object under no parent has its Name for a Qualified Name', async () => {
    for (const key of [eccKey(), aesKey(new Uint8Array(16))]) {
      const { handle, name } = await loadExternal(client, { ...key, sensitive: undefined })
      const { qualifiedName } = await client.run(ReadPublic, { objectHandle: named(handle) }, {})
      expect(qualifiedName).to.deep.equal(name)
      await flush(handle)
    }
  })

  it('CreatePrimary: data are left out of an asymmetric key', async () => {
    // Keys follow from a seed of each TPM.
    bench.exact(false)
    const inSensitive = { userAuth: empty, data: new Uint8Array(16) }
    const parameters = { inSensitive, inPublic: srkTemplate, outsideInfo: empty, creationPCR: [] }
    const { handle } = await client.run(CreatePrimary, { primaryHandle: byPassword(RH.owner) }, parameters)
    await flush(handle)
    bench.exact(true)
  })

  it('Quote: the null handle has no hash for the PCRs', async () => {
    for (const inScheme of [{ scheme: ALG.null }, { scheme: ALG.ecdsa, hashAlg: ALG.sha256 }] as const) {
      const parameters = { qualifyingData: empty, inScheme, PCRselect: [selectPcrs(ALG.sha256, [0])] }
      const quoted = client.run(Quote, { signHandle: byPassword(RH.null) }, parameters)
      expect(await codeOf(quoted)).to.equal(atParameter(RC.scheme, 1))
    }
    bench.exact(false)
    const handles = { privacyAdminHandle: byPassword(RH.endorsement), signHandle: byPassword(RH.null) }
    const parameters = { qualifyingData: empty, inScheme: { scheme: ALG.null } } as const
    expect(await codeOf(client.run(GetTime, handles, parameters))).to.equal(RC.success)
    bench.exact(true)
  })

  it('TestParms: a cipher has an algorithm', async () => {
    const parameters = { type: ALG.symcipher, parameters: { algorithm: ALG.null } } as const
    expect(await codeOf(client.run(TestParms, {}, { parameters }))).to.equal(atParameter(RC.symmetric, 0))
  })

  it('PCR_Allocate: a bank remains for each PCR that trust starts from', async () => {
    bench.exact(false)
    for (const [pcrs, expected] of [
      [[], RC.pcr],
      [[0, 7], RC.pcr],
      [[7, 17], RC.pcr],
      [[0, 17], RC.success],
    ] as const) {
      const pcrAllocation = banks.map((bank) => selectPcrs(bank, bank === ALG.sha384 ? pcrs : []))
      const allocated = client.run(PCR_Allocate, { authHandle: byPassword(RH.platform) }, { pcrAllocation })
      expect(await codeOf(allocated), pcrs.join(' ')).to.equal(expected)
    }
    bench.exact(true)
  })

  it('PolicyCounterTimer: a trial looks outside of the time as little as another session', async () => {
    bench.exact(false)
    const random = (size: number): Uint8Array => new Uint8Array(size).fill(1)
    const { handle } = await startSession(client, { type: 'trial', random, hash: ALG.sha256 })
    for (const [size, offset, expected] of [
      [8, 26, atParameter(RC.value, 1)],
      [8, 18, RC.range],
      [8, 17, RC.success],
    ] as const) {
      const parameters = { operandB: new Uint8Array(size), offset, operation: 3 }
      const asserted = client.run(PolicyCounterTimer, { policySession: named(handle) }, parameters)
      expect(await codeOf(asserted), `at ${offset}`).to.equal(expected)
    }
    await flush(handle)
    bench.exact(true)
  })
}
