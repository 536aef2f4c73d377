import { expect } from 'chai'
import {
  ALG,
  ContextLoad,
  ContextSave,
  digest,
  EventSequenceComplete,
  FlushContext,
  hashAlgorithms,
  HashSequenceStart,
  HMAC,
  HMAC_Start,
  hmac,
  named,
  RC,
  ReadPublic,
  RH,
  SequenceComplete,
  SequenceUpdate,
} from '../../../../../core/tpm/index.ts'
import { cipherKey, hmacKey, loadExternal } from '../../../../conformance/external-keys.ts'
import { fromHex } from '../../../../../core/bytes/index.ts'
import { Bench, byPassword, empty, refused } from '../bench.ts'

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
const pin = ascii('pin')
const sequence = (handle: number) => ({ sequenceHandle: byPassword({ handle, name: empty }, pin) })

/** Updates, saves, flushes and loads a sequence; resolves with its new handle. */
async function moved(bench: Bench, handle: number, data: Uint8Array): Promise<number> {
  await bench.client.run(SequenceUpdate, sequence(handle), { buffer: data })
  const { context } = await bench.client.run(ContextSave, { saveHandle: { handle, name: empty } }, {})
  expect([context.savedHandle, context.hierarchy]).to.deep.equal([0x80000001, RH.null])
  await bench.client.run(FlushContext, {}, { flushHandle: handle })
  await bench.client.run(HashSequenceStart, {}, { auth: empty, hashAlg: ALG.sha1 })
  return (await bench.client.run(ContextLoad, {}, { context })).handle
}

describe('a sequence that was saved', () => {
  for (const { id: hashAlg, blockBytes } of hashAlgorithms) {
    it(`goes on hashing under 0x${hashAlg.toString(16)}`, async () => {
      const bench = await Bench.started()
      const { handle } = await bench.client.run(HashSequenceStart, {}, { auth: pin, hashAlg })
      const loaded = await moved(bench, handle, ascii('some'))
      const complete = { buffer: ascii('thing'), hierarchy: RH.owner }
      const { result, validation } = await bench.client.run(SequenceComplete, sequence(loaded), complete)
      expect(result).to.deep.equal(digest(hashAlg, ascii('something')))
      expect(validation.digest).to.have.length(64)
    })

    it(`goes on with an HMAC under 0x${hashAlg.toString(16)}`, async () => {
      const bench = await Bench.started()
      for (const secret of [ascii('short'), new Uint8Array(blockBytes).fill(3)]) {
        const key = await loadExternal(bench.client, hmacKey(secret, { scheme: ALG.hmac, hashAlg }))
        const { handle } = await bench.client.run(HMAC_Start, { handle: byPassword(key) }, { auth: pin, hashAlg })
        const loaded = await moved(bench, handle, ascii('some'))
        const complete = { buffer: ascii('thing'), hierarchy: RH.null }
        const { result } = await bench.client.run(SequenceComplete, sequence(loaded), complete)
        expect(result).to.deep.equal(hmac(hashAlg, secret, ascii('something')))
      }
    })
  }

  it('goes on with a CMAC', async () => {
    const bench = await Bench.started()
    const key = fromHex('2b7e151628aed2a6abf7158809cf4f3c')
    const external = await loadExternal(bench.client, cipherKey(ALG.aes, key, ALG.cmac, ['userWithAuth', 'sign']))
    const handle = byPassword(external)
    const { outHMAC } = await bench.client.run(HMAC, { handle }, { buffer: ascii('something'), hashAlg: ALG.cmac })
    const started = await bench.client.run(HMAC_Start, { handle }, { auth: pin, hashAlg: ALG.cmac })
    const loaded = await moved(bench, started.handle, ascii('some'))
    const complete = { buffer: ascii('thing'), hierarchy: RH.null }
    const { result } = await bench.client.run(SequenceComplete, sequence(loaded), complete)
    expect(result).to.deep.equal(outHMAC)
  })

  it('goes on as an event', async () => {
    const bench = await Bench.started()
    const { handle } = await bench.client.run(HashSequenceStart, {}, { auth: pin, hashAlg: ALG.null })
    const loaded = await moved(bench, handle, ascii('some'))
    const handles = { pcrHandle: byPassword(named(RH.null)), ...sequence(loaded) }
    const { results } = await bench.client.run(EventSequenceComplete, handles, { buffer: ascii('thing') })
    for (const { hashAlg, digest: result } of results) expect(result).to.deep.equal(digest(hashAlg, ascii('something')))
  })

  it('remembers that its beginning was not safe to sign', async () => {
    const bench = await Bench.started()
    const { handle } = await bench.client.run(HashSequenceStart, {}, { auth: pin, hashAlg: ALG.sha256 })
    const loaded = await moved(bench, handle, Uint8Array.of(0xff, 0x54, 0x43, 0x47))
    const complete = { buffer: empty, hierarchy: RH.owner }
    const { validation } = await bench.client.run(SequenceComplete, sequence(loaded), complete)
    expect(validation.digest).to.deep.equal(empty)
  })

  it('stays loaded, as an object does, and has no public area', async () => {
    const bench = await Bench.started()
    const { handle } = await bench.client.run(HashSequenceStart, {}, { auth: pin, hashAlg: ALG.sha256 })
    await bench.client.run(ContextSave, { saveHandle: { handle, name: empty } }, {})
    await bench.client.run(SequenceUpdate, sequence(handle), { buffer: pin })
    await refused(RC.sequence, bench.client.run(ReadPublic, { objectHandle: { handle, name: empty } }, {}))
  })
})
