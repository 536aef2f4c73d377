import { expect } from 'chai'
import { createHmac, randomBytes } from 'node:crypto'
import { departures, duplicateKey } from '../../../../conformance/departures.ts'
import { duplication, type ImportParameters, plain, storageKey } from '../../../../conformance/duplication.ts'
import { aesKey, type ExternalKey, hmacKey, loadExternal } from '../../../../conformance/external-keys.ts'
import { aloneOnBench, codeOf, type TpmBench } from '../../../../conformance/tpm-bench.ts'
import { concat } from '../../../../../core/bytes/index.ts'
import {
  cfbEncrypt,
  ALG,
  atHandle,
  atParameter,
  type Authorized,
  CC,
  commandCodeStep,
  encode,
  FlushContext,
  HMAC,
  hmac,
  Import,
  kdfa,
  Load,
  nameOf,
  passwordSession,
  RC,
  Rewrap,
  shareSecret,
  TPM2B_DIGEST,
  type TpmClient,
  type TPMT_PUBLIC,
  type TPMT_SYM_DEF_OBJECT,
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
  const sealed = cfbEncrypt(ALG.aes, symKey, parcel.duplicate)
  const integrity = hmac(parent.nameAlg, kdfa(parent.nameAlg, seed, 'INTEGRITY'), sealed, name)
  return { ...parcel, duplicate: concat(encode(TPM2B_DIGEST, integrity), sealed), inSymSeed: encrypted }
}

describe('duplication', () => {
  duplication(aloneOnBench)

  describe('departures', () => {
    departures(aloneOnBench)
  })

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
  describe('from one TPM to another', () => {
    const movable: ExternalKey = {
      ...external,
      publicArea: {
        ...external.publicArea,
        authPolicy: commandCodeStep(CC.Duplicate)(ALG.sha256, new Uint8Array(32)),
      },
    }
    const aes128 = { algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb } as const
    const noSymmetric = { algorithm: ALG.null } as const
    const empty: Uint8Array = new Uint8Array(0)
    const benches: TpmBench[] = []
    let here: TpmClient
    let there: TpmClient
    let parentHere: Authorized & { readonly publicArea: TPMT_PUBLIC }
    let parentThere: Authorized & { readonly publicArea: TPMT_PUBLIC }

    before(async () => {
      for (let i = 0; i < 2; i += 1) benches.push(await aloneOnBench())
      const [first, second] = benches
      if (first === undefined || second === undefined) throw new Error('no benches')
      here = first.client
      there = second.client
      parentHere = await storageKey(here)
      parentThere = await storageKey(there)
    })

    after(() => {
      for (const bench of benches) bench.close()
    })

    /** Duplicates the key for a parent of which only the public area is here. */
    async function leave(newParent: TPMT_PUBLIC, symmetricAlg: TPMT_SYM_DEF_OBJECT) {
      const key = await loadExternal(here, movable)
      const parent = await loadExternal(here, { publicArea: newParent })
      const left = await duplicateKey(here, key, parent, { encryptionKeyIn: empty, symmetricAlg })
      for (const { handle } of [key, parent]) await here.run(FlushContext, {}, { flushHandle: handle })
      return left
    }

    async function arrives(parcel: Omit<ImportParameters, 'objectPublic'>): Promise<void> {
      const objectPublic = movable.publicArea
      const { outPrivate } = await there.run(Import, { parentHandle: parentThere }, { ...parcel, objectPublic })
      const inside = { inPrivate: outPrivate, inPublic: objectPublic }
      const { handle } = await there.run(Load, { parentHandle: parentThere }, inside)
      await there.run(FlushContext, {}, { flushHandle: handle })
    }

    for (const symmetricAlg of [noSymmetric, aes128]) {
      const wrappers = symmetricAlg.algorithm === ALG.null ? 'the outer wrapper' : 'both wrappers'
      it(`arrives in ${wrappers}`, async () => {
        const { encryptionKeyOut, duplicate, outSymSeed } = await leave(parentThere.publicArea, symmetricAlg)
        await arrives({ encryptionKey: encryptionKeyOut, duplicate, inSymSeed: outSymSeed, symmetricAlg })
      })

      it(`arrives in ${wrappers} by way of a third`, async () => {
        const { encryptionKeyOut, duplicate, outSymSeed } = await leave(parentHere.publicArea, symmetricAlg)
        const newParent = await loadExternal(here, { publicArea: parentThere.publicArea })
        const parameters = { inDuplicate: duplicate, name: nameOf(movable.publicArea), inSymSeed: outSymSeed }
        const again = await here.run(Rewrap, { oldParent: parentHere, newParent }, parameters)
        const encryptionKey = encryptionKeyOut
        await arrives({ encryptionKey, duplicate: again.outDuplicate, inSymSeed: again.outSymSeed, symmetricAlg })
        const altered = { ...parameters, inDuplicate: duplicate.map((byte, i) => (i === 40 ? byte ^ 1 : byte)) }
        const refused = await codeOf(here.run(Rewrap, { oldParent: parentHere, newParent }, altered))
        expect(refused).to.equal(atParameter(RC.integrity, 0))
        const renamed = { ...parameters, name: newParent.name }
        const other = await codeOf(here.run(Rewrap, { oldParent: parentHere, newParent }, renamed))
        expect(other).to.equal(atParameter(RC.integrity, 0))
        await here.run(FlushContext, {}, { flushHandle: newParent.handle })
      })
    }

    it('refuses a cipher as the new parent, with which no secret can be shared', async () => {
      const cipher = aesKey(new Uint8Array(16), ALG.cfb, ['userWithAuth', 'noDA', 'restricted', 'decrypt'])
      const leaving = leave(cipher.publicArea, noSymmetric)
      expect(await codeOf(leaving)).to.equal(atHandle(RC.type, 1))
    })
  })
})
