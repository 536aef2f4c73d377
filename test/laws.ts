import { expect } from 'chai'
import fc from 'fast-check'
import { fromHex, toHex, WireError } from '../core/bytes/index.ts'
import { decode, encode, type Codec } from '../core/tpm/index.ts'

/** What every codec must keep, shown on the given rows. */
export function laws<T>(
  codec: Codec<T>,
  rows: { readonly good: readonly (readonly [value: T, wire: string])[]; readonly badBytes?: readonly string[] },
): void {
  describe(codec.name, () => {
    for (const [value, wire] of rows.good) {
      it(`writes and reads ${wire === '' ? 'nothing' : wire.slice(0, 64)}`, () => {
        expect(toHex(encode(codec, value))).to.equal(wire)
        expect(decode(codec, fromHex(wire))).to.deep.equal(value)
      })
      it(`refuses every prefix of ${wire.slice(0, 64)}`, () => {
        const bytes = fromHex(wire)
        for (let size = 0; size < bytes.length; size++) {
          expect(() => decode(codec, bytes.subarray(0, size)), `${size} bytes`).to.throw(WireError)
        }
      })
    }
    for (const wire of rows.badBytes ?? []) {
      it(`refuses ${wire === '' ? 'nothing' : wire.slice(0, 64)}`, () => {
        expect(() => decode(codec, fromHex(wire))).to.throw(WireError)
      })
    }
    it('refuses any bytes or writes them back the same', () => {
      const seeds = rows.good.map(([, wire]) => fromHex(wire))
      fc.assert(fc.property(mutations(seeds), (bytes) => isCanonical(codec, bytes)))
    })
  })
}

function isCanonical<T>(codec: Codec<T>, bytes: Uint8Array): boolean {
  let value: T
  try {
    value = decode(codec, bytes)
  } catch (error) {
    if (error instanceof WireError) return true
    throw error
  }
  return toHex(encode(codec, value)) === toHex(bytes)
}

/** Arbitrary bytes, and good ones with a few bytes changed, which get further into a parser. */
export function mutations(seeds: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const arbitrary = fc.uint8Array({ maxLength: 80 })
  if (seeds.length === 0) return arbitrary
  const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }))
  const changed = fc.tuple(fc.constantFrom(...seeds), fc.array(change, { maxLength: 3 })).map(([seed, changes]) => {
    const bytes = seed.slice()
    for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value
    return bytes
  })
  return fc.oneof(arbitrary, changed)
}
