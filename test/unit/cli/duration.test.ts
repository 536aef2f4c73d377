import { expect } from 'chai'
import { InvalidArgumentError } from 'commander'
import { parseValidity, relativeTime } from '../../../cli/duration.ts'

describe('parseValidity', () => {
  for (const given of ['', '0h', '1', 'h', '-1h', '1.5h', '1h ', '1 h', '31d', '99999999s', '1y']) {
    it(`refuses ${JSON.stringify(given)}`, () => {
      expect(() => parseValidity(given)).to.throw(InvalidArgumentError)
    })
  }
  const rows: [string, number][] = [
    ['90s', 90],
    ['30m', 1800],
    ['1h', 3600],
    ['7d', 604_800],
    ['2w', 1_209_600],
    ['30d', 2_592_000],
  ]
  for (const [given, seconds] of rows) {
    it(`reads ${given}`, () => {
      expect(parseValidity(given)).to.equal(seconds)
    })
  }
})

describe('relativeTime', () => {
  const now = Date.UTC(2026, 0, 1)
  const rows: [number, string][] = [
    [0, 'just now'],
    [-59_000, 'just now'],
    [-60_000, '1 minute ago'],
    [-3_600_000 * 5, '5 hours ago'],
    [-86_400_000 * 2, '2 days ago'],
    [10_000, 'in less than a minute'],
    [86_400_000, 'in 1 day'],
  ]
  for (const [offset, words] of rows) {
    it(`says ${words}`, () => {
      expect(relativeTime(now + offset, now)).to.equal(words)
    })
  }
})
