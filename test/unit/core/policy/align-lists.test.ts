import { expect } from 'chai'
import fc from 'fast-check'
import { alignLists } from '../../../../core/policy/align-lists.ts'

const told = (before: string, after: string) =>
  alignLists(Array.from(before), Array.from(after), (letter) => letter).map((one) => {
    switch (one.kind) {
      case 'changed':
        return `${one.before}>${one.after}@${one.at}`
      case 'added':
        return `+${one.after}@${one.at}`
      case 'missing':
        return `-${one.before}@${one.at}`
      case 'moved':
        return `${one.after}:${one.from}>${one.at}`
    }
  })

describe('alignLists', () => {
  const rows: readonly (readonly [before: string, after: string, told: readonly string[]])[] = [
    ['', '', []],
    ['abc', 'abc', []],
    ['abc', 'axc', ['b>x@1']],
    ['abc', 'abxc', ['+x@2']],
    ['abxc', 'abc', ['-x@2']],
    ['', 'ab', ['+a@0', '+b@1']],
    ['ab', '', ['-a@0', '-b@1']],
    ['abc', 'xabcy', ['+x@0', '+y@4']],
    ['abcdef', 'xbcdyf', ['a>x@0', 'e>y@4']],
    ['abcd', 'bcda', ['a:0>3']],
    ['abcd', 'acbd', ['b:1>2']],
    ['abc', 'xyz', ['a>x@0', 'b>y@1', 'c>z@2']],
    ['aab', 'ab', ['-a@1']],
    ['ab', 'aab', ['+a@1']],
    ['abab', 'baba', ['a:0>3']],
    ['abcx', 'cab', ['c:2>0', '-x@3']],
  ]
  for (const [before, after, expected] of rows)
    it(`says ${JSON.stringify(expected)} of ${before} and ${after}`, () => {
      expect(told(before, after)).to.deep.equal(expected)
    })

  const list = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 }).map((items) => items.join(''))
  it('says nothing of the same list, and something of any other', () => {
    fc.assert(
      fc.property(list, list, (before, after) => {
        expect(told(before, after).length === 0).to.equal(before === after)
      }),
    )
  })
  it('accounts for every item that came or went, once', () => {
    fc.assert(
      fc.property(list, list, (before, after) => {
        const changes = alignLists(Array.from(before), Array.from(after), (letter) => letter)
        const count = (kind: string) => changes.filter((one) => one.kind === kind).length
        expect(after.length - before.length).to.equal(count('added') - count('missing'))
        expect(changes.length).to.be.at.most(before.length + after.length)
        for (const one of changes) {
          if ('after' in one) expect(after[one.at]).to.equal(one.after)
          if (one.kind === 'missing') expect(before[one.at]).to.equal(one.before)
          if (one.kind === 'moved') expect(before[one.from]).to.equal(one.after)
        }
      }),
    )
  })
  /** How many items two lists can have in common in the same order, by trying all. */
  const longestCommon = (before: string, after: string): number => {
    if (before === '' || after === '') return 0
    const [one, other] = [before.slice(1), after.slice(1)]
    if (before[0] === after[0]) return 1 + longestCommon(one, other)
    return Math.max(longestCommon(one, after), longestCommon(before, other))
  }
  it('leaves as many items where they are as can stay', () => {
    const short = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 7 }).map((items) => items.join(''))
    fc.assert(
      fc.property(short, short, (before, after) => {
        const changes = alignLists(Array.from(before), Array.from(after), (letter) => letter)
        const left = changes.filter(({ kind }) => kind !== 'added').length
        expect(before.length - left).to.equal(longestCommon(before, after))
      }),
    )
  })
  it('moves equal items in their order', () => {
    fc.assert(
      fc.property(list, list, (before, after) => {
        const last = new Map<string, number>()
        for (const one of alignLists(Array.from(before), Array.from(after), (letter) => letter)) {
          if (one.kind !== 'moved') continue
          expect(one.from).to.be.greaterThan(last.get(one.after) ?? -1)
          last.set(one.after, one.from)
        }
      }),
    )
  })
  it('compares lists as long as logs may be without comparing all with all', () => {
    const many = (seed: number) => Array.from({ length: 20_000 }, (_, at) => `${(at * 7919 + seed) % 65_537}`)
    const changes = alignLists(['first', ...many(1), 'last'], ['first', ...many(2), 'last'], (item) => item)
    expect(changes.every(({ at }) => at > 0 && at <= 20_000)).to.equal(true)
    expect(changes.length).to.be.greaterThan(0)
    const alike = alignLists(
      ['x', ...Array.from({ length: 30_000 }, () => 'same'), 'y'],
      ['y', ...Array.from({ length: 30_000 }, () => 'same'), 'x'],
      (item) => item,
    )
    expect(alike.filter(({ kind }) => kind !== 'moved')).to.deep.equal([])
  })
})
