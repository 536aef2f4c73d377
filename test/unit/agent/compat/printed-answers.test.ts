import { expect } from 'chai'
import { printedCapabilities, printedStates } from '../../../../agent/compat/printed-answers.ts'

describe('answers to programs that ask', () => {
  it('are spaced as swtpm spaces them', () => {
    expect(printedCapabilities('swtpm', ['tpm-2.0', 'cmdarg-key-fd'])).to.equal(
      '{ "type": "swtpm", "features": [ "tpm-2.0", "cmdarg-key-fd" ], "version": "0.7.1" }',
    )
    expect(printedStates([])).to.equal('{ "type": "swtpm", "states": [] }')
    expect(printedStates([{ name: 'permall', size: 6 }])).to.equal(
      '{ "type": "swtpm", "states": [ {"name": "permall", "size": 6} ] }',
    )
  })
})
