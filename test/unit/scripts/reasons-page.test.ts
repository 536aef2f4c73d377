import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { reasonsPage } from '../../../scripts/reasons-page.ts'

const file = new URL('../../../docs/reasons.md', import.meta.url)

describe('docs/reasons.md', () => {
  it('is what the tables of the code say', () => {
    expect(readFileSync(file, 'utf8')).to.equal(reasonsPage())
  })
  it('names every kind of code', () => {
    for (const code of ['admission/off-disk-factor', 'policy/none', 'pcr-replay'])
      expect(reasonsPage()).to.include(`| \`${code}\` |`)
  })
})
