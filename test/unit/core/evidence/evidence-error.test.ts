import { expect } from 'chai'
import { WireError } from '../../../../core/bytes/index.ts'
import { EvidenceError } from '../../../../core/evidence/index.ts'
import { refuseMalformed } from '../../../../core/evidence/refuse-malformed.ts'
import { EventLogError } from '../../../../core/eventlog/index.ts'

describe('EvidenceError', () => {
  it('says the problem in a sentence, with what it was about where that is known', () => {
    const bare = new EvidenceError('selection')
    expect(bare).to.include({ name: 'EvidenceError', problem: 'selection', detail: '' })
    expect(bare.message).to.equal('the quote is of other PCRs than those asked for')
    expect(new EvidenceError('selection', 'PCR 3').message).to.equal(`${bare.message}: PCR 3`)
  })
})

describe('refuseMalformed', () => {
  const refused = (cause: Error) => () =>
    refuseMalformed('event-log-malformed', () => {
      throw cause
    })
  it('makes evidence of what a parser refused, and keeps why', () => {
    for (const cause of [new WireError('cut off', ['event', 3]), new EventLogError('startup-locality', 'cut off')])
      expect(refused(cause))
        .to.throw(EvidenceError, /cut off$/)
        .that.includes({ problem: 'event-log-malformed', cause })
  })
  it('lets through what is our mistake', () => {
    expect(refused(new RangeError('ours'))).to.throw(RangeError, 'ours')
  })
  it('answers what was read', () => {
    expect(refuseMalformed('core-malformed', () => 7)).to.equal(7)
  })
})
