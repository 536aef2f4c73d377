import { expect } from 'chai'
import fc from 'fast-check'
import { WireError } from '../../../../core/bytes/index.ts'
import {
  decodeSelection,
  defaultSelection,
  encodeSelection,
  quotablePcrs,
  selectionOf,
} from '../../../../core/evidence/index.ts'
import { ALG } from '../../../../core/tpm/index.ts'

describe('a selection of PCRs', () => {
  it('has its banks and PCRs in one order, each once', () => {
    expect(selectionOf([ALG.sha512, ALG.sha256, ALG.sha256], [15, 0, 7, 0])).to.deep.equal([
      { hash: ALG.sha256, pcrs: [0, 7, 15] },
      { hash: ALG.sha512, pcrs: [0, 7, 15] },
    ])
    expect(selectionOf([ALG.sha1, ALG.sha384], [10, 16, 1])).to.deep.equal([{ hash: ALG.sha384, pcrs: [1] }])
    expect(selectionOf([ALG.sha256], quotablePcrs)).to.deep.equal(defaultSelection)
  })
  it('comes back as it was written', () => {
    const hashes = fc.subarray([ALG.sha256, ALG.sha384, ALG.sha512], { minLength: 1 })
    fc.assert(
      fc.property(hashes, fc.subarray([...quotablePcrs], { minLength: 1 }), (banks, pcrs) => {
        const selection = selectionOf(banks, pcrs)
        expect(decodeSelection(encodeSelection(selection))).to.deep.equal(selection)
      }),
      { numRuns: 50 },
    )
  })
  it('is refused where it selects nothing, PCR 10, or goes on', () => {
    for (const bytes of [
      [0, 0, 0, 0, 0, 0],
      [4, 0, 0, 0, 0, 0],
      [0, 1, 0, 0, 0],
      [0, 1, 0, 0, 0, 0, 0],
    ])
      expect(() => decodeSelection(Uint8Array.from(bytes))).to.throw(WireError)
  })
})
