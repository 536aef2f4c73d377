import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import { fromHex, toHex } from '../../core/bytes/index.ts'
import {
  ALG,
  atSession,
  GetRandom,
  named,
  NV_DefineSpace,
  NV_Read,
  nvNameOf,
  nvWrittenStep,
  passwordSession,
  policyDigest,
  PolicyNvWritten,
  RC,
  RH,
  startSession,
  StirRandom,
  TPMA_NV,
  type AuthSession,
  type TpmClient,
} from '../../core/tpm/index.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))

/** Part 1, 19.6: which sessions a command may bring together. */
export function sessionAreas(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient
  let session: AuthSession

  before(async () => {
    bench = await start()
    client = bench.client
    bench.exact(false)
    const symmetric = { algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb } as const
    session = await startSession(client, { type: 'hmac', random, hash: ALG.sha256, symmetric })
  })

  after(() => {
    bench.close()
  })

  it('refuses a session that is named twice, before what it is to be used for', async () => {
    const twice = [session.with({ attributes: ['continueSession', 'decrypt'] }), session]
    expect(await codeOf(client.run(StirRandom, {}, { inData: random(4) }, twice))).to.equal(atSession(RC.handle, 1))
  })

  it('refuses what the first of the two cannot do before', async () => {
    const twice = [session.with({ attributes: ['continueSession', 'decrypt'] }), session]
    const run = client.run(GetRandom, {}, { bytesRequested: 4 }, twice)
    expect(await codeOf(run)).to.equal(atSession(RC.attributes, 0))
  })

  it('refuses a session of no slot before the reserved bits beside it', async () => {
    const response = await client.transmit(fromHex('8002000000190000017b000000090200004000000800000004'))
    expect(toHex(response)).to.equal('80010000000a00000984')
  })

  it('counts no failed try where an HMAC is wrong that has no authValue in it', async () => {
    const publicInfo = {
      nvIndex: 0x01560000,
      nameAlg: ALG.sha256,
      attributes: TPMA_NV.of('policyRead', 'authWrite'),
      authPolicy: policyDigest(ALG.sha256, nvWrittenStep(false)),
      dataSize: 4,
    }
    const authHandle = { ...named(RH.owner), auth: passwordSession() }
    await client.run(NV_DefineSpace, { authHandle }, { auth: new Uint8Array(0), publicInfo })
    const policy = await startSession(client, { type: 'policy', random, hash: ALG.sha256 })
    await client.run(PolicyNvWritten, { policySession: named(policy.handle) }, { writtenSet: 0 })
    const index = { handle: publicInfo.nvIndex, name: nvNameOf(publicInfo) }
    const wrong = { ...index, auth: policy.with({ authValue: random(4) }) }
    const read = client.run(NV_Read, { authHandle: wrong, nvIndex: index }, { size: 4, offset: 0 })
    expect(await codeOf(read)).to.equal(atSession(RC.badAuth, 0))
  })
}
