import { expect } from 'chai'
import fc from 'fast-check'
import { WireError } from '../../../../core/bytes/index.ts'
import { decodeAuthorities, encodeAuthorities } from '../../../../policy-server/ca/authority-file.ts'

const authority = fc.record({
  certificate: fc.uint8Array({ maxLength: 300 }),
  wrappedKey: fc.uint8Array({ maxLength: 300 }),
})

describe('authority file', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(fc.tuple(authority, authority), (both) => {
        expect(decodeAuthorities(encodeAuthorities(both))).to.deep.equal(both)
      }),
    )
  })

  it('is refused, or has one form alone', () => {
    const beginning = Uint8Array.of(0x42, 0x4c, 0x43, 0x41, 1)
    const small = fc.uint8Array({ maxLength: 4 }).map((bytes) => Uint8Array.of(0, 0, 0, bytes.length, ...bytes))
    const nearly = fc.array(fc.oneof(small, fc.uint8Array({ maxLength: 8 })), { maxLength: 6 })
    fc.assert(
      fc.property(nearly, (parts) => {
        const bytes = Uint8Array.from([...beginning, ...parts.flatMap((part) => [...part])])
        try {
          expect(encodeAuthorities(decodeAuthorities(bytes))).to.deep.equal(bytes)
        } catch (error) {
          expect(error).to.be.instanceOf(WireError)
        }
      }),
      { numRuns: 500 },
    )
  })

  const good = encodeAuthorities([
    { certificate: Uint8Array.of(1), wrappedKey: Uint8Array.of(2) },
    { certificate: Uint8Array.of(3), wrappedKey: Uint8Array.of(4) },
  ])
  for (const [what, bytes, reason] of [
    ['another magic', Uint8Array.of(0, ...good.subarray(1)), /no authority file/],
    ['another version', Uint8Array.of(...good.subarray(0, 4), 2, ...good.subarray(5)), /unknown version/],
    ['a field beyond its bound', Uint8Array.of(...good.subarray(0, 5), 0, 0, 0x40, 1), /too long/],
    ['a byte more', Uint8Array.of(...good, 0), /left over/],
  ] as const) {
    it(`is refused with ${what}`, () => {
      expect(() => decodeAuthorities(bytes)).to.throw(WireError, reason)
    })
  }
})
