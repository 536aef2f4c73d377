import { expect } from 'chai'
import {
  approvalLifeMs,
  bindingOf,
  effectiveRules,
  forkAnswer,
  parseGroup,
  parsePolicy,
  quotedBy,
  under,
  validForMs,
} from '../../../../core/policy/index.ts'
import { ALG } from '../../../../core/tpm/index.ts'

const digest = 'ab'.repeat(32)
const policyOf = (admission = '', release = '', more = '') =>
  parsePolicy(
    `kind: BootPolicy\nname: web\nmachines: [web]\n${more}admission: { approval: everyBoot${admission} }\nrelease: { pcrs: { sha256: { 0: ["${digest}"] } }${release} }\n`,
    'web.yaml',
  )
const floor = (required: string) => parseGroup(`kind: Group\nname: all\nrequire: ${required}\n`, 'all.yaml').floor!
const tier = floor('{ tier: T0 }')

describe('of several rules', () => {
  it('a policy stays itself where there are no others', () => {
    const policy = policyOf()
    expect(under(policy, [])).to.equal(policy)
    expect(under(policy, [tier]).floors).to.deep.equal([tier])
  })

  it('an answer is good for the shortest time that one names', () => {
    const [short, long] = ['1m', '2h'].map((time) => floor(`{ release: { validFor: ${time} } }`))
    expect(validForMs(policyOf())).to.equal(undefined)
    expect(validForMs(under(policyOf(), [tier]))).to.equal(undefined)
    expect(validForMs(policyOf('', ', validFor: 1h'))).to.equal(3_600_000)
    expect(validForMs(under(policyOf('', ', validFor: 1h'), [long!, short!]))).to.equal(60_000)
    expect(validForMs(under(policyOf('', ', validFor: 1h'), [long!]))).to.equal(3_600_000)
    expect(validForMs(under(policyOf(), [long!]))).to.equal(7_200_000)
  })

  it('keys are bound to the TPM as soon as one says so', () => {
    const bound = floor('{ release: { binding: tpm } }')
    expect(bindingOf(policyOf())).to.equal('session')
    expect(bindingOf(under(policyOf(), [tier]))).to.equal('session')
    expect(bindingOf(policyOf('', ', binding: tpm'))).to.equal('tpm')
    expect(bindingOf(under(policyOf('', ', binding: tpm'), [tier]))).to.equal('tpm')
    expect(bindingOf(under(policyOf(), [tier, bound]))).to.equal('tpm')
    expect(policyOf().release.binding).to.equal('session')
  })

  it('everything is quoted that one wants', () => {
    const banks = floor('{ quote: { banks: [sha384] } }')
    const pcr = floor(`{ release: { pcrs: { sha512: { 8: ["${'ab'.repeat(64)}"] } } } }`)
    const policy = policyOf('', '', 'quote: { pcrs: [0, 1, 2, 3, 4, 5, 6, 7, 15] }\n')
    const told = (floors: Parameters<typeof under>[1]) =>
      quotedBy(under(policy, floors)).map(({ hash, pcrs }) => [hash, [...pcrs]])
    const always = [0, 1, 2, 3, 4, 5, 6, 7, 15]
    expect(told([])).to.deep.equal([[ALG.sha256, always]])
    expect(told([banks])).to.deep.equal([
      [ALG.sha256, always],
      [ALG.sha384, always],
    ])
    const more = [0, 1, 2, 3, 4, 5, 6, 7, 8, 15]
    expect(told([pcr])).to.deep.equal([
      [ALG.sha256, more],
      [ALG.sha512, more],
    ])
  })

  it('an approval counts for the shortest time that one names, and for an hour if none does', () => {
    const [short, long] = ['1m', '2h'].map((time) =>
      floor(`{ admission: { approval: everyBoot, approvalValidFor: ${time} } }`),
    )
    const hour = 60 * 60 * 1000
    expect(approvalLifeMs(undefined)).to.equal(hour)
    expect(approvalLifeMs(policyOf())).to.equal(hour)
    expect(approvalLifeMs(under(policyOf(), [tier]))).to.equal(hour)
    expect(approvalLifeMs(policyOf(', approvalValidFor: 2h'))).to.equal(2 * hour)
    expect(approvalLifeMs(under(policyOf(', approvalValidFor: 2h'), [long!, short!]))).to.equal(60_000)
  })

  it('the strictest answers a clone', () => {
    const [lock, refuse] = ['lock', 'refuse'].map((answer) => floor(`{ admission: { forks: ${answer} } }`))
    expect(forkAnswer(undefined, [])).to.equal('hold')
    expect(forkAnswer(policyOf(), [tier])).to.equal('hold')
    expect(forkAnswer(policyOf(', forks: refuse'), [])).to.equal('refuse')
    expect(forkAnswer(undefined, [refuse!])).to.equal('refuse')
    expect(forkAnswer(policyOf(', forks: refuse'), [lock!, tier])).to.equal('lock')
    expect(forkAnswer(policyOf(', forks: lock'), [refuse!])).to.equal('lock')
  })

  it('each is told that is not what holds anyway', () => {
    const told = (admission: string, floors: Parameters<typeof effectiveRules>[1] = []) =>
      effectiveRules(policyOf(admission, '', 'quote: { banks: [sha256, sha384] }\n'), floors).map(
        ({ name, rule, wanted }) => `${name} ${rule}: ${wanted}`,
      )
    const forks = (admission: string) => told(admission).filter((line) => line.includes('admission.forks'))
    expect(told('')).to.include('web quote: sha256, sha384 of PCR 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15')
    expect(told('').join()).not.to.match(/approvalValidFor|admission\.forks/)
    expect(told(', approvalValidFor: 90s')).to.include(
      'web admission.approvalValidFor: approval at most 90 s before the start',
    )
    expect(forks(', forks: refuse')).to.deep.equal(['web admission.forks: no start of a copy or of an older state'])
    expect(forks(', forks: lock')).to.deep.equal([
      'web admission.forks: no start of a copy or of an older state, and none at all after one has asked',
    ])
    const admission = floor('{ admission: { approval: everyBoot } }')
    expect(told('', [admission]).filter((line) => line.startsWith('all '))).to.deep.equal([
      'all require.admission.approval: approval of every boot by a person',
    ])
  })
})
