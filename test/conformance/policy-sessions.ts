import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import {
  ALG,
  authValueStep,
  CC,
  type ClientSession,
  commandCodeStep,
  FlushContext,
  GetRandom,
  named,
  NV_DefineSpace,
  NV_ReadPublic,
  NV_UndefineSpaceSpecial,
  nvNameOf,
  passwordSession,
  PolicyCommandCode,
  policyDigest,
  PolicyGetDigest,
  PolicyPassword,
  RC,
  RH,
  startSession,
  TPMA_NV,
  type AuthSession,
  type TpmClient,
} from '../../core/tpm/index.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
const empty = new Uint8Array(0)
const authValue = new TextEncoder().encode('of the index')
const symmetric = { algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb } as const
const none = new Uint8Array(32)

/** Part 1, 19.7.2: a policy session that goes on begins anew with each command that it was good for. */
export function policySessions(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient
  let session: AuthSession

  before(async () => {
    bench = await start()
    client = bench.client
    // What is drawn is each one's own.
    bench.exact(false)
  })

  after(() => {
    bench.close()
  })

  beforeEach(async () => {
    session = await startSession(client, { type: 'policy', random, hash: ALG.sha256, symmetric })
  })

  afterEach(async () => {
    await client.run(FlushContext, {}, { flushHandle: session.handle })
  })

  const assertCode = (code: number) => client.run(PolicyCommandCode, { policySession: named(session.handle) }, { code })
  const digest = async (): Promise<Uint8Array> =>
    (await client.run(PolicyGetDigest, { policySession: named(session.handle) }, {})).policyDigest

  it('begins anew when it has carried a parameter, and authorized nothing', async () => {
    await assertCode(CC.Unseal)
    expect(await digest()).to.not.deep.equal(none)
    const encrypting = session.with({ attributes: ['continueSession', 'encrypt'] })
    await client.run(GetRandom, {}, { bytesRequested: 8 }, [encrypting])
    expect(await digest()).to.deep.equal(none)
  })

  it('stays what it is when the command is refused', async () => {
    await assertCode(CC.Unseal)
    const before = await digest()
    const encrypting = session.with({ attributes: ['continueSession', 'encrypt'] })
    const nobody = { handle: 0x01500099, name: empty }
    const run = client.run(NV_ReadPublic, { nvIndex: nobody }, {}, [encrypting])
    expect(await codeOf(run)).to.not.equal(RC.success)
    expect(await digest()).to.deep.equal(before)
  })

  it('begins anew when what it authorized is gone, and acknowledges a password by no HMAC', async () => {
    const publicInfo = {
      nvIndex: 0x01500098,
      nameAlg: ALG.sha256,
      attributes: TPMA_NV.of('platformCreate', 'policyDelete', 'policyWrite', 'ppRead', 'noDA'),
      authPolicy: policyDigest(ALG.sha256, commandCodeStep(CC.NV_UndefineSpaceSpecial), authValueStep),
      dataSize: 8,
    }
    const platform = { ...named(RH.platform), auth: passwordSession() }
    await client.run(NV_DefineSpace, { authHandle: platform }, { auth: authValue, publicInfo })
    await assertCode(CC.NV_UndefineSpaceSpecial)
    await client.run(PolicyPassword, { policySession: named(session.handle) }, {})
    let acknowledged: Uint8Array | undefined
    const byPassword: ClientSession = {
      ...passwordSession(authValue),
      hash: ALG.sha256,
      authorize: () => ({ ...passwordSession(authValue).authorize(empty, []), sessionHandle: session.handle }),
      accept: (_rpHash, { hmac }) => (acknowledged = hmac),
    }
    const nvIndex = { handle: publicInfo.nvIndex, name: nvNameOf(publicInfo), auth: byPassword }
    await client.run(NV_UndefineSpaceSpecial, { nvIndex, platform }, {})
    expect(acknowledged).to.deep.equal(empty)
    expect(await digest()).to.deep.equal(none)
  })
}
