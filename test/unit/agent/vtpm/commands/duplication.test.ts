import { expect } from 'chai'
import { createHmac, randomBytes } from 'node:crypto'
import { duplication, type ImportParameters, plain, storageKey } from '../../../../conformance/duplication.ts'
import { hmacKey } from '../../../../conformance/external-keys.ts'
import { aloneOnBench, codeOf, type TpmBench } from '../../../../conformance/tpm-bench.ts'
import { concat } from '../../../../../core/bytes/index.ts'
import {
  aesCfbEncrypt,
  ALG,
  atParameter,
  type Authorized,
  encode,
  HMAC,
  hmac,
  Import,
  kdfa,
  Load,
  nameOf,
  passwordSession,
  RC,
  shareSecret,
  TPM2B_DIGEST,
  type TPMT_PUBLIC,
} from '../../../../../core/tpm/index.ts'

const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
const key = new TextEncoder().encode('an hmac key')
const external = hmacKey(key)

/** Part 1, 23.3.2.4: an outer wrapper for a new parent. */
function sealedFor(parent: TPMT_PUBLIC): ImportParameters {
  const { seed, encrypted } = shareSecret(parent, 'DUPLICATE', random)
  const name = nameOf(external.publicArea)
  const parcel = plain(external)
  const symKey = kdfa(parent.nameAlg, seed, 'STORAGE', name, undefined, 128)
  const sealed = aesCfbEncrypt(symKey, parcel.duplicate)
  const integrity = hmac(parent.nameAlg, kdfa(parent.nameAlg, seed, 'INTEGRITY'), sealed, name)
  return { ...parcel, duplicate: concat(encode(TPM2B_DIGEST, integrity), sealed), inSymSeed: encrypted }
}

describe('duplication', () => {
  duplication(aloneOnBench)

  describe('in an outer wrapper', () => {
    let bench: TpmBench
    let parent: Authorized & { readonly publicArea: TPMT_PUBLIC }

    before(async () => {
      bench = await aloneOnBench()
      parent = await storageKey(bench.client)
    })

    after(() => {
      bench.close()
    })

    it('comes in, loads and works', async () => {
      const { client } = bench
      const { outPrivate } = await client.run(Import, { parentHandle: parent }, sealedFor(parent.publicArea))
      const loaded = await client.run(
        Load,
        { parentHandle: parent },
        { inPrivate: outPrivate, inPublic: external.publicArea },
      )
      const handle = { handle: loaded.handle, name: loaded.name, auth: passwordSession() }
      const { outHMAC } = await client.run(HMAC, { handle }, { buffer: key, hashAlg: ALG.null })
      expect(outHMAC).to.deep.equal(new Uint8Array(createHmac('sha256', key).update(key).digest()))
    })

    it('refuses every byte that was altered, in the wrapper as in the seed', async () => {
      const parcel = sealedFor(parent.publicArea)
      const run = (changed: ImportParameters) => codeOf(bench.client.run(Import, { parentHandle: parent }, changed))
      for (let at = 0; at < parcel.duplicate.length; at += 7) {
        const duplicate = parcel.duplicate.map((byte, i) => (i === at ? byte ^ 0x80 : byte))
        expect(await run({ ...parcel, duplicate }), `duplicate ${at}`).to.be.greaterThan(0)
      }
      const integrity = parcel.duplicate.map((byte, i) => (i === 10 ? byte ^ 1 : byte))
      expect(await run({ ...parcel, duplicate: integrity })).to.equal(atParameter(RC.integrity, 2))
      for (const at of [0, 2, 20, 40, 60]) {
        const inSymSeed = parcel.inSymSeed.map((byte, i) => (i === at ? byte ^ 1 : byte))
        expect(await run({ ...parcel, inSymSeed }), `seed ${at}`).to.be.greaterThan(0)
      }
    })

    it('is for one object only', async () => {
      const other = hmacKey(new TextEncoder().encode('another key'))
      const parcel = { ...sealedFor(parent.publicArea), objectPublic: other.publicArea }
      const refused = await codeOf(bench.client.run(Import, { parentHandle: parent }, parcel))
      expect(refused).to.equal(atParameter(RC.integrity, 2))
    })
  })
})
