import { expect } from 'chai'
import { nearestNames } from '../../../cli/near.ts'

describe('nearestNames', () => {
  const names = ['web-1', 'web-1', 'web-2', 'database', 'Mail', 'a-very-long-name-of-a-machine']
  const rows = [
    { name: 'a wrong letter', given: 'wep-1', expect: ['web-1'] },
    { name: 'a swapped pair', given: 'wbe-2', expect: ['web-2'] },
    { name: 'a missing letter', given: 'databse', expect: ['database'] },
    { name: 'another case', given: 'mail', expect: ['Mail'] },
    { name: 'a part of the name', given: 'long-name', expect: ['a-very-long-name-of-a-machine'] },
    { name: 'two that are as near', given: 'web-', expect: ['web-1', 'web-2'] },
    { name: 'nothing like it', given: 'zzzz', expect: [] },
    { name: 'the empty word', given: '', expect: [] },
    { name: 'an endless word', given: 'x'.repeat(100_000), expect: [] },
  ]
  for (const { name, given, expect: wanted } of rows) {
    it(`finds what was meant: ${name}`, () => {
      expect(nearestNames(given, names)).to.deep.equal(wanted)
    })
  }
})
