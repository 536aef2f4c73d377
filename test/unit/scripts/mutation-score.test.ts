import { expect } from 'chai'
import {
  caughtPercent,
  componentOf,
  measuredOf,
  reportOf,
  scoreOf,
  tableOf,
  totalOf,
  type Score,
} from '../../../scripts/mutation-score.ts'

const scores: readonly Score[] = [
  { file: 'core/a/one.ts', mutants: 12, fixed: 1, unmet: 1, caught: 9, survived: 1 },
  { file: 'core/a/other.ts', mutants: 10, fixed: 0, unmet: 0, caught: 5, survived: 5 },
]

describe('what mutants tell', () => {
  it('is added up over files, by mutants and not by files', () => {
    expect(totalOf(scores)).to.deep.equal({ file: 'all', mutants: 22, fixed: 1, unmet: 1, caught: 14, survived: 6 })
    expect(tableOf(scores)).to.equal(
      [
        'file             mutants  static  unmet  survived  caught %',
        'core/a/one.ts         12       1      1         1      90.0',
        'core/a/other.ts       10       0      0         5      50.0',
        'all                   22       1      1         6      70.0',
      ].join('\n'),
    )
  })
  it('counts neither what no test meets nor what is met while files load', () => {
    expect(caughtPercent({ caught: 0, survived: 0 })).to.equal(100)
    expect(caughtPercent({ caught: 3, survived: 1 })).to.equal(75)
  })
  it('is kept by component, and missing where a file was not measured', () => {
    expect(['core/policy/group.ts', 'agent/vtpm/steps/parse.ts', 'agent/main.ts'].map(componentOf)).to.deep.equal([
      'core/policy',
      'agent/vtpm',
      'agent',
    ])
    expect(reportOf('core/a')).to.equal('.cache/mutation/core-a.json')
    expect(scoreOf('core/a/one.ts')).to.equal(undefined)
    expect(measuredOf('core/a')).to.deep.equal([])
  })
})
