import { expect } from 'chai'
import { closeSync, writeSync } from 'node:fs'
import { failureLine } from '../../../../agent/channel/failure-line.ts'

describe('the line about failure mode', () => {
  const caught = (act: () => unknown): unknown => {
    try {
      return act()
    } catch (error) {
      return error
    }
  }

  it('tells what the system refused', () => {
    const closed = 0x7fff
    expect(failureLine(caught(() => writeSync(closed, 'x')))).to.match(/^failure mode: EBADF: [^\n]*write$/)
    expect(
      failureLine(
        caught(() => {
          closeSync(closed)
        }),
      ),
    ).to.match(/^failure mode: EBADF: [^\n]*close$/)
  })

  it('tells the kind and the place of a mistake of ours, and nothing of what it quotes', () => {
    const line = failureLine(caught(() => BigInt('0xsecret')))
    expect(line).to.match(/^failure mode: SyntaxError at [^\n]*failure-line\.test/)
    expect(line).to.not.include('secret')
    expect(line).to.not.include('\n')
  })

  it('has little to tell of what is no error', () => {
    expect(failureLine('secret')).to.equal('failure mode')
    const bare = new Error('secret')
    delete bare.stack
    expect(failureLine(bare)).to.equal('failure mode: Error')
  })
})
