import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import {
  ALG,
  atSession,
  type AuthSession,
  HMAC,
  named,
  type Named,
  NV_DefineSpace,
  NV_Write,
  nvNameOf,
  passwordSession,
  RC,
  RH,
  startSession,
  TPMA_NV,
  type TpmClient,
} from '../../../../../core/tpm/index.ts'
import { sessionAreas } from '../../../../conformance/session-areas.ts'
import { hmacKey, loadExternal } from '../../../../conformance/external-keys.ts'
import { aloneOnBench, codeOf } from '../../../../conformance/tpm-bench.ts'

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

  describe('an HMAC that authorizes', () => {
    const authValue = new TextEncoder().encode('of the key')
    let key: Named
    let client: TpmClient
    let session: AuthSession
    let others: readonly AuthSession[]
    before(async () => {
      client = (await aloneOnBench()).client
      const { publicArea, sensitive } = hmacKey(random(32))
      key = await loadExternal(client, { publicArea, sensitive: { ...sensitive, authValue } })
      const symmetric = { algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb } as const
      const start = () => startSession(client, { type: 'hmac', random, hash: ALG.sha256, symmetric })
      session = await start()
      others = [await start(), await start()]
    })
    const rows: readonly (readonly [what: string, uses: readonly (readonly ('decrypt' | 'encrypt')[])[]])[] = [
      ['nobody beside it', [['decrypt', 'encrypt']]],
      ['one that decrypts, and one that encrypts', [[], ['decrypt'], ['encrypt']]],
      ['one that encrypts, and one that decrypts', [[], ['encrypt'], ['decrypt']]],
      ['one that does both', [[], ['decrypt', 'encrypt']]],
      ['one that encrypts, decrypting itself', [['decrypt'], ['encrypt']]],
      ['one that decrypts, encrypting itself', [['encrypt'], ['decrypt']]],
    ]
    for (const [what, uses] of rows)
      it(`covers ${what}`, async () => {
        const [own = [], ...more] = uses
        const auth = session.with({ attributes: ['continueSession', ...own], authValue })
        const beside = more.flatMap((use, at) => others[at]?.with({ attributes: ['continueSession', ...use] }) ?? [])
        const run = client.run(HMAC, { handle: { ...key, auth } }, { buffer: authValue, hashAlg: ALG.null }, beside)
        expect((await run).outHMAC).to.have.length(32)
      })
    it('is refused where it is of another authValue', async () => {
      const auth = session.with({ attributes: ['continueSession'], authValue: random(4) })
      const run = client.run(HMAC, { handle: { ...key, auth } }, { buffer: authValue, hashAlg: ALG.null })
      expect(await codeOf(run)).to.equal(atSession(RC.badAuth, 0))
    })
  })
})
