import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import {
  ALG,
  atSession,
  GetRandom,
  RC,
  startSession,
  StirRandom,
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
}
