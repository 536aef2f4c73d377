import { expect } from 'chai'
import { fromHex, WireError, Writer } from '../../../../core/bytes/index.ts'
import { parseSignatureDatabase } from '../../../../core/eventlog/index.ts'

const x509 = fromHex('a159c0a5e494a74a87b5ab155c2bf072')
const ownerSize = 16

/** An EFI_SIGNATURE_LIST of entries of one byte each, or what says that it holds so many. */
const listOf = (entries: number, present = entries) =>
  new Writer()
    .bytes(x509)
    .u32(28 + entries * (ownerSize + 1), true)
    .u32(0, true)
    .u32(ownerSize + 1, true)
    .bytes(new Uint8Array(present * (ownerSize + 1)))
    .done()

describe('parseSignatureDatabase', () => {
  it('reads every entry of every list', () => {
    expect(parseSignatureDatabase(Uint8Array.of(...listOf(2), ...listOf(1)))).to.have.length(3)
  })

  it('reads more entries than a function takes arguments', () => {
    expect(parseSignatureDatabase(listOf(300_000))).to.have.length(300_000)
  })

  it('refuses a list that says it is longer than what is there, before it makes room for it', () => {
    for (const entries of [2, 30_000_000])
      expect(() => parseSignatureDatabase(listOf(entries, 1))).to.throw(WireError, /lists.0: .* more than there are/)
  })
})
