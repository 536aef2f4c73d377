import { expect } from 'chai'
import { evaluateAdmission, parsePolicy, reasonCodes, type AdmissionFacts } from '../../../../core/policy/index.ts'

const policyOf = (admission: string) =>
  parsePolicy(
    `kind: BootPolicy\nname: web\ngroups: [web]\nadmission: ${admission}\nrelease: { pcrs: { sha256: { 0: ["${'ab'.repeat(32)}"] } } }\n`,
    'test',
  )
const from = (peerAddress: string, isApproved = false): AdmissionFacts => ({
  peerAddress,
  approvedBy: isApproved ? ['alice'] : [],
  nowUnixMs: 0,
})
const networks = policyOf('{ networks: [10.1.0.0/16, "fd00:1::/32", 127.0.0.1/32] }')

describe('evaluateAdmission', () => {
  for (const peer of ['10.1.255.255', '10.1.0.0', '::ffff:10.1.2.3', '::ffff:a01:203', 'fd00:1::9', '127.0.0.1'])
    it(`allows ${peer}, which lies in an approved network`, () => {
      const { outcome, reasons } = evaluateAdmission(networks, from(peer))
      expect(outcome).to.equal('allow')
      expect(reasons.map(({ code }) => code)).to.deep.equal(['admission/network'])
    })
  for (const peer of [
    '10.2.0.0',
    '10.0.255.255',
    '::1',
    'fd00:2::1',
    '127.0.0.2',
    '::ffff:10.2.0.1',
    '',
    'unix',
    '10.1',
    '010.1.0.1',
    'fe80::1%eth0',
  ])
    it(`denies ${peer || 'no address'}, even if a person has approved it`, () => {
      expect(evaluateAdmission(networks, from(peer, true)).outcome).to.equal('deny')
    })

  it('holds a boot that needs a person, until one has approved it', () => {
    const policy = policyOf('{ approval: everyBoot }')
    expect(evaluateAdmission(policy, from('192.0.2.1')).outcome).to.equal('hold')
    expect(evaluateAdmission(policy, from('192.0.2.1', true)).outcome).to.equal('allow')
  })
  it('denies the wrong network before it asks a person', () => {
    const policy = policyOf('{ networks: [10.1.0.0/16], approval: everyBoot }')
    expect(evaluateAdmission(policy, from('192.0.2.1')).outcome).to.equal('deny')
    expect(evaluateAdmission(policy, from('10.1.0.1')).outcome).to.equal('hold')
    expect(evaluateAdmission(policy, from('10.1.0.1', true)).outcome).to.equal('allow')
  })
  it('allows on what the disk holds only where that is said, and puts it on record', () => {
    const { outcome, reasons } = evaluateAdmission(policyOf('{ acceptDiskOnlyIdentity: true }'), from('192.0.2.1'))
    expect(outcome).to.equal('allow')
    expect(reasons.map(({ code }) => code)).to.deep.equal(['admission/disk-only-identity'])
  })
})

describe('reason codes', () => {
  it('are area/kebab-case with a sentence each', () => {
    for (const [code, sentence] of Object.entries(reasonCodes)) {
      expect(code).to.match(/^[a-z]+(-[a-z]+)*\/[a-z]+(-[a-z]+)*$/)
      expect(sentence).to.match(/\S \S/)
    }
  })
})
