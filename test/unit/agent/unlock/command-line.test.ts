import { expect } from 'chai'
import { claimedCommandLine } from '../../../../agent/unlock/command-line.ts'

describe('claimedCommandLine', () => {
  const claimed = (text: string) => claimedCommandLine(undefined, () => Promise.resolve(text))

  it('is the line without its end', async () => {
    expect(await claimed('root=/dev/vda1 quiet\n')).to.deep.equal(['root=/dev/vda1 quiet'])
    expect(await claimed('quiet \0')).to.deep.equal(['quiet'])
  })
  it('is nothing where there is no plain text to claim', async () => {
    for (const text of ['', '\n', 'caf\u00e9', 'a\u0001b', 'x'.repeat(4097)])
      expect(await claimed(text)).to.deep.equal([])
    expect(await claimedCommandLine(undefined, () => Promise.reject(new Error('no /proc')))).to.deep.equal([])
  })
})
