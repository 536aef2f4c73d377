import { expect } from 'chai'
import fc from 'fast-check'
import { decodeWords, encodeWords, personsAmong, type Word } from '../../../policy-server/appraise/admission/persons.ts'

const word = fc.record({
  by: fc.constantFrom('ann', 'bob', 'cy', 'dan'),
  key: fc.integer({ min: 1, max: 4 }).map((key) => new Uint8Array(32).fill(key)),
})
const words = fc.array(word, { maxLength: 8 })
const count = (given: readonly Word[]): number => personsAmong(given).length

describe('the persons behind approvals', () => {
  it('are as many whatever the order in which they spoke', () => {
    const shuffled = words.chain((given) =>
      fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
    )
    fc.assert(fc.property(shuffled, ([given, other]) => count(given) === count(other)))
  })

  it('are never more once an approval is dropped or its certificate revoked', () => {
    fc.assert(
      fc.property(words, fc.nat(7), (given, at) => count(given.filter((_, index) => index !== at)) <= count(given)),
    )
  })

  it('are no more than the names, and no more than the certificates', () => {
    fc.assert(
      fc.property(words, (given) => {
        expect(count(given)).to.be.at.most(new Set(given.map(({ by }) => by)).size)
        expect(count(given)).to.be.at.most(new Set(given.map(({ key }) => key[0])).size)
      }),
    )
  })

  it('are all of them where nobody shares anything', () => {
    const apart = fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { maxLength: 8 })
    const spoken = (each: number): Word => ({ by: `op-${each}`, key: new Uint8Array(32).fill(each) })
    fc.assert(fc.property(apart, (all) => count(all.map(spoken)) === all.length))
  })

  it('are kept with a boot as they were counted', () => {
    fc.assert(
      fc.property(words, (given) => {
        expect(decodeWords(encodeWords(given))).to.deep.equal({ words: given, names: [] })
      }),
    )
    expect(decodeWords('["ann"]')).to.deep.equal({ words: [], names: ['ann'] })
  })
})
