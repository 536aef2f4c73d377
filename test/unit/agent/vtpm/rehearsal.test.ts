import { expect } from 'chai'
import { rehearse } from '../../../../agent/vtpm/rehearsal.ts'

describe('rehearsal', () => {
  it('goes through all it knows, more than once', async () => {
    await rehearse(new AbortController().signal, 2)
  })
  it('gives way to what else there is to do', async () => {
    let turns = 0
    const other = setInterval(() => turns++, 0)
    await rehearse(new AbortController().signal, 5)
    clearInterval(other)
    expect(turns).to.be.greaterThan(0)
  })
  it('stops when it is told to', async () => {
    await rehearse(AbortSignal.abort(), Number.POSITIVE_INFINITY)
  })
})
