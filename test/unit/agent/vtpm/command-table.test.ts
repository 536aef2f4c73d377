import { expect } from 'chai'
import { commandTable } from '../../../../agent/vtpm/commands/index.ts'

describe('command table', () => {
  it('has the handles that need authorization before all others, as sessions are matched to them (Part 1, 18.4)', () => {
    const shuffled = [...commandTable.values()].filter(({ slots, roles }) =>
      slots.some(([, { role }], at) => (role !== undefined) !== at < roles.length),
    )
    expect(shuffled.map(({ command }) => command.name)).to.deep.equal([])
    expect([...commandTable.values()].some(({ roles }) => roles.length > 1)).to.equal(true)
  })
})
