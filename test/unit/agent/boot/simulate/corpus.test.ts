import { readdirSync } from 'node:fs'
import { expect } from 'chai'
import { evidenceProblems } from '../../../../../core/evidence/evidence-error.ts'
import { reasonCodes } from '../../../../../core/policy/index.ts'
import { runBootTests, type CaseResult } from '../../../../../agent/boot/index.ts'

const corpus = new URL('../../../../corpus/', import.meta.url)
const files = readdirSync(corpus).filter((name) => name.endsWith('.yaml'))

/** Reasons that no single boot can give: what is asked of admission on disk is said, not failed; a boot quotes what its policy asks for. */
const neverFailing = ['admission/disk-only-identity', 'quote/selection']
/** Malformed keys and requests cannot be described as boots; they have tests of their own. */
const notDescribed = ['ak-malformed', 'core-malformed']

describe('corpus of boots', () => {
  const met = new Set<string>()
  let cases = 0
  for (const file of files)
    it(`${file} goes as it says`, async () => {
      const wrong: CaseResult[] = []
      for await (const result of runBootTests(new URL(file, corpus).pathname)) {
        cases += 1
        for (const code of result.codes) met.add(code)
        if (!result.passed) wrong.push(result)
      }
      expect(wrong.map(({ name, problem }) => `${name}: ${problem}`)).to.deep.equal([])
    })

  it('is large, and meets every rule and every problem of evidence that a boot can have', () => {
    expect(cases).to.be.at.least(200)
    const missing = [...Object.keys(reasonCodes), ...Object.keys(evidenceProblems)].filter((code) => !met.has(code))
    expect(missing.sort()).to.deep.equal([...neverFailing, ...notDescribed].sort())
  })
})
