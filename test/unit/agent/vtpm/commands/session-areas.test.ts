import { randomBytes } from 'node:crypto'
import {
  ALG,
  named,
  NV_DefineSpace,
  NV_Write,
  nvNameOf,
  passwordSession,
  RH,
  startSession,
  TPMA_NV,
} from '../../../../../core/tpm/index.ts'
import { sessionAreas } from '../../../../conformance/session-areas.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))

describe('sessions that a command brings together', () => {
  sessionAreas(aloneOnBench)

  it('answers a session that is bound to an index as before the first write gave that another Name', async () => {
    const bench = await aloneOnBench()
    const { client } = bench
    const authValue = Uint8Array.of(1, 2, 3)
    const attributes = TPMA_NV.of('authRead', 'authWrite', 'noDA')
    const publicInfo = {
      nvIndex: 0x01500000,
      nameAlg: ALG.sha256,
      attributes,
      authPolicy: new Uint8Array(0),
      dataSize: 4,
    }
    const owner = { ...named(RH.owner), auth: passwordSession() }
    await client.run(NV_DefineSpace, { authHandle: owner }, { auth: authValue, publicInfo })
    const bind = { handle: publicInfo.nvIndex, authValue }
    const bound = await startSession(client, { type: 'hmac', random, hash: ALG.sha256, bind })
    bound.with({ attributes: [], authValue, isBound: true })
    const index = { handle: publicInfo.nvIndex, name: nvNameOf(publicInfo) }
    const write = { data: random(4), offset: 0 }
    await client.run(NV_Write, { authHandle: { ...index, auth: bound }, nvIndex: index }, write)
    bench.close()
  })
})
