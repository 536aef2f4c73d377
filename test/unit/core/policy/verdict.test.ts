import { expect } from 'chai'
import { conclude, type Outcome, type Reason, type ReasonCode } from '../../../../core/policy/verdict.ts'

const reason = (code: ReasonCode, passed: boolean): Reason => ({
  code,
  passed,
  rule: '',
  fact: '',
  wanted: '',
  source: '',
})
const approval = reason('admission/approval', false)
const cleared = reason('tpm/cleared', false)
const network = reason('admission/network', false)
const fine = reason('pcr/value', true)

const rows: readonly { name: string; reasons: readonly Reason[]; outcome: Outcome }[] = [
  { name: 'no reason at all', reasons: [], outcome: 'deny' },
  { name: 'one passed', reasons: [fine], outcome: 'allow' },
  { name: 'one failed among passed', reasons: [fine, network], outcome: 'deny' },
  { name: 'what a person settles', reasons: [fine, approval, cleared], outcome: 'hold' },
  { name: 'what a person settles and what nobody does', reasons: [approval, network], outcome: 'deny' },
]

describe('conclude', () => {
  for (const { name, reasons, outcome } of rows)
    it(`says ${outcome} of ${name}`, () => {
      expect(conclude(reasons)).to.deep.equal({ outcome, reasons })
    })

  it('keeps as many as there may be, in their order', () => {
    const exactly = Array.from({ length: 512 }, (_, at) => ({ ...(at % 2 === 0 ? fine : network), fact: String(at) }))
    expect(conclude(exactly)).to.deep.equal({ outcome: 'deny', reasons: exactly })
    const [first, ...others] = exactly
    const more = [{ ...fine, fact: 'one more' }, ...others, first!]
    expect(conclude([...more, { ...network, fact: 'last' }]).reasons.at(-1)?.fact).to.equal('last')
    expect(conclude([...more, { ...network, fact: 'last' }]).reasons.filter(({ passed }) => !passed)).to.have.length(
      257,
    )
  })

  it('keeps so many reasons and no more, those against the machine first, and counts all of them', () => {
    const many = Array.from({ length: 1000 }, () => ({ ...fine }))
    expect(conclude(many)).to.deep.include({ outcome: 'allow' })
    expect(conclude(many).reasons).to.have.length(512)
    const { outcome, reasons } = conclude([...many, approval, network])
    expect(outcome).to.equal('deny')
    expect(reasons).to.have.length(512)
    expect(reasons.slice(-2)).to.deep.equal([approval, network])
  })
})
