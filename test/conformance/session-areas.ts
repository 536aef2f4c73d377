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

  for (const size of [16, 20, 32])
    it(`answers with nonces as long as the first one of the caller, of ${size} bytes`, async () => {
      const nonces = () => random(size)
      const started = await startSession(client, { type: 'hmac', random: nonces, hash: ALG.sha256 })
      for (const attributes of [['audit', 'continueSession'], ['audit']] as const) {
        await client.run(GetRandom, {}, { bytesRequested: 4 }, [started.with({ attributes })])
        expect(started.nonceTPM.length).to.equal(size)
      }
    })

  describe('with two of one use', () => {
    let other: AuthSession
    before(async () => {
      const symmetric = { algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb } as const
      other = await startSession(client, { type: 'hmac', random, hash: ALG.sha256, symmetric })
    })
    for (const use of ['decrypt', 'encrypt', 'audit'] as const)
      it(`refuses the second that is to ${use}`, async () => {
        const both = [session, other].map((each) => each.with({ attributes: ['continueSession', use] }))
        const run =
          use === 'encrypt'
            ? client.run(GetRandom, {}, { bytesRequested: 4 }, both)
            : client.run(StirRandom, {}, { inData: random(4) }, both)
        expect(await codeOf(run)).to.equal(atSession(RC.attributes, 1))
      })
    it('takes one for each use', async () => {
      const uses = [
        session.with({ attributes: ['continueSession', 'encrypt'] }),
        other.with({ attributes: ['continueSession', 'audit'] }),
      ]
      expect((await client.run(GetRandom, {}, { bytesRequested: 4 }, uses)).randomBytes).to.have.length(4)
    })
    it('goes on alone for as long as nothing else runs', async () => {
      const begins = session.with({ attributes: ['continueSession', 'audit', 'auditReset'] })
      await client.run(GetRandom, {}, { bytesRequested: 4 }, [begins])
      const goesOn = session.with({ attributes: ['continueSession', 'audit', 'auditExclusive'] })
      await client.run(GetRandom, {}, { bytesRequested: 4 }, [goesOn])
      await client.run(GetRandom, {}, { bytesRequested: 4 }, [goesOn])
      await client.run(GetRandom, {}, { bytesRequested: 4 })
      expect(await codeOf(client.run(GetRandom, {}, { bytesRequested: 4 }, [goesOn]))).to.equal(RC.exclusive)
    })
  })

  const broken: readonly (readonly [what: string, area: (handle: string) => string, rc: number])[] = [
    ['a nonce that is too long', (handle) => `${handle}0041${'00'.repeat(65)}000000`, RC.size],
    ['a nonce that ends early', (handle) => `${handle}0010000000`, RC.insufficient],
    ['an HMAC that is too long', (handle) => `${handle}0000000041${'00'.repeat(65)}`, RC.size],
    ['reserved bits', (handle) => `${handle}0000180000`, RC.reservedBits],
    ['a handle of something else', () => '800000000000000000', RC.value],
    ['a session of the other type', (handle) => `03${handle.slice(2)}0000000000`, RC.handle],
  ]
  for (const [what, area, rc] of broken)
    it(`refuses ${what}, and blames the session`, async () => {
      const authorizations = area(session.handle.toString(16).padStart(8, '0'))
      const bytes = (count: number) => count.toString(16).padStart(8, '0')
      const size = authorizations.length / 2
      const command = `8002${bytes(10 + 4 + size + 2)}0000017b${bytes(size)}${authorizations}0004`
      expect(toHex(await client.transmit(fromHex(command)))).to.equal(`80010000000a${bytes(atSession(rc, 0))}`)
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
