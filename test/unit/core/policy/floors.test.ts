import { expect } from 'chai'
import {
  evaluateAdmission,
  evaluateFloors,
  parseGroup,
  parsePolicy,
  under,
  type AdmissionFacts,
  type Floor,
} from '../../../../core/policy/index.ts'
import { refusalOf as refusedDocument } from '../../../fakes/refused-document.ts'

const digest = 'ab'.repeat(32)
const textOf = (required: string) => `kind: Group\nname: all\nrequire: ${required}\n`
const floor = (required: string): Floor => parseGroup(textOf(required), 'all.yaml').floor!
const disk = parsePolicy(
  `kind: BootPolicy\nname: web\nmachines: [web]\nadmission: { acceptDiskOnlyIdentity: true }\nrelease: { pcrs: { sha256: { 0: ["${digest}"] } } }\n`,
  'web.yaml',
)
const networked = parsePolicy(
  `kind: BootPolicy\nname: web\nmachines: [web]\nadmission: { networks: [10.0.0.0/8] }\nrelease: { pcrs: { sha256: { 0: ["${digest}"] } } }\n`,
  'web.yaml',
)
const asked = (peerAddress: string, ...approvedBy: readonly string[]): AdmissionFacts => ({
  peerAddress,
  approvedBy,
  nowUnixMs: Date.UTC(2026, 0, 4, 12),
})

const refusalOf = (text: string) => refusedDocument(text, (all) => parseGroup(all, 'all.yaml'))

describe('what groups require of a start', () => {
  it('is nothing where they require nothing', () => {
    expect(evaluateFloors([], asked('192.0.2.1'))).to.deep.equal({ outcome: 'allow', reasons: [] })
    expect(evaluateFloors([floor('{ tier: T1 }')], asked('192.0.2.1'))).to.deep.equal({ outcome: 'allow', reasons: [] })
  })
  it('holds without a policy, by the name of the group', () => {
    const floors = [floor('{ admission: { networks: [10.0.0.0/8, 192.0.2.0/24] } }')]
    expect(evaluateFloors(floors, asked('198.51.100.1'))).to.deep.equal({
      outcome: 'deny',
      reasons: [
        {
          code: 'admission/network',
          passed: false,
          rule: 'Group all: require.admission.networks',
          fact: '198.51.100.1',
          wanted: '10.0.0.0/8, 192.0.2.0/24',
          source: 'connection',
        },
      ],
    })
    expect(evaluateFloors(floors, asked('192.0.2.1')).outcome).to.equal('allow')
  })
  it('is asked beside the policy, of every group', () => {
    const floors = [
      floor('{ admission: { approval: everyBoot } }'),
      floor('{ admission: { networks: [10.1.0.0/16] } }'),
    ]
    const outcome = (...facts: Parameters<typeof asked>) =>
      evaluateAdmission(under(networked, floors), asked(...facts)).outcome
    expect(outcome('10.1.0.1')).to.equal('hold')
    expect(outcome('10.1.0.1', 'ann')).to.equal('allow')
    expect(outcome('10.2.0.1', 'ann')).to.equal('deny')
  })
  it('names all windows that it would have accepted', () => {
    const floors = [
      floor(
        '{ admission: { windows: [{ days: [mon], from: "08:00", to: "10:00", timeZone: UTC }, { days: [tue], from: "08:00", to: "10:00", timeZone: UTC }] } }',
      ),
    ]
    const [reason] = evaluateFloors(floors, asked('10.0.0.1')).reasons
    expect(reason?.wanted).to.equal('mon 08:00 to 10:00 UTC; tue 08:00 to 10:00 UTC; or approval by a person')
  })
})

describe('more than the disk holds', () => {
  const required = floor('{ admission: { offDiskFactor: required } }')
  const factor = (policy: typeof disk, floors: readonly Floor[], facts: AdmissionFacts) => {
    const { outcome, reasons } = evaluateAdmission(under(policy, floors), facts)
    const reason = reasons.find(({ code }) => code === 'admission/off-disk-factor')
    return `${outcome}: ${reason?.fact ?? 'not asked for'}`
  }

  it('is not asked for where no group does', () => {
    expect(factor(disk, [floor('{ tier: T0 }')], asked('10.0.0.1'))).to.equal('allow: not asked for')
  })
  it('holds a machine that is known by its disk alone, and says so', () => {
    const { outcome, reasons } = evaluateAdmission(under(disk, [required]), asked('10.0.0.1'))
    expect(outcome).to.equal('hold')
    const reason = reasons.at(-1)
    expect(reason).to.deep.include({
      code: 'admission/off-disk-factor',
      passed: false,
      rule: 'Group all: require.admission.offDiskFactor',
      fact: 'known by what its disk holds',
    })
    expect(reason?.wanted).to.match(/^an approved network, .*or approval by a person$/)
    expect(reason?.source).to.match(/^connection, .*operator$/)
  })
  it('may be a person', () => {
    expect(factor(disk, [required], asked('10.0.0.1', 'ann'))).to.equal('allow: approved by ann')
  })
  it('may be a network of the policy', () => {
    expect(factor(networked, [required], asked('10.0.0.1'))).to.equal('allow: 10.0.0.1 in 10.0.0.0/8')
  })
  it('may be a network of another group, and no other network', () => {
    const other = floor('{ admission: { networks: [192.0.2.0/24] } }')
    expect(factor(disk, [required, other], asked('192.0.2.9'))).to.equal('allow: 192.0.2.9 in 192.0.2.0/24')
    expect(factor(networked, [required], asked('192.0.2.9'))).to.equal('deny: known by what its disk holds')
  })
  it('is asked for where there is no policy as well', () => {
    expect(evaluateFloors([required], asked('10.0.0.1')).outcome).to.equal('hold')
    expect(evaluateFloors([required], asked('10.0.0.1', 'ann')).outcome).to.equal('allow')
  })
})

describe('a group that is written', () => {
  const rows: readonly (readonly [name: string, required: string, reason: string, at: string])[] = [
    ['that requires nothing', '{}', 'asks for nothing: name tier, quote, admission or release', 'require: {}'],
    ['with an empty part', '{ tier: T1, admission: {} }', 'asks for nothing', 'admission: {}'],
    ['with a release that asks nothing', '{ release: {} }', 'asks for nothing', 'release: {}'],
    ['that says what holds anyway', '{ admission: { approval: none } }', 'asks for nothing', 'admission: { approval'],
    ['with forks that are held anyway', '{ admission: { forks: hold } }', 'asks for nothing', 'admission: { forks'],
    [
      'with a PCR that is never quoted',
      `{ release: { pcrs: { sha256: { 10: ["${digest}"] } } } }`,
      'PCR 10 is never quoted',
      '["ab',
    ],
    ['with a bank twice', '{ quote: { banks: [sha256, sha256] } }', 'sha256 stands twice', 'sha256] } }'],
    [
      'with a value twice',
      `{ release: { pcrs: { sha256: { 0: ["${digest}", "${digest}"] } } } }`,
      `${digest} stands twice`,
      `"${digest}"] } } } }`,
    ],
    [
      'with a network that is none',
      '{ admission: { networks: [10.0.0.0/8, 10.0.0.1/8] } }',
      '10.0.0.1 has bits beyond the prefix /8',
      '10.0.0.1/8] } }',
    ],
  ]
  for (const [name, required, reason, at] of rows)
    it(`is refused, where it is: ${name}`, () => {
      const [said, place] = refusalOf(textOf(required))
      expect(said).to.contain(reason)
      expect(place.slice(0, at.length)).to.equal(at)
    })
  it('is refused where it is its own parent, or says nothing', () => {
    expect(refusalOf('kind: Group\nname: all\nparent: all\n')).to.deep.equal(['all is its own parent', 'all'])
    expect(refusalOf('kind: Group\nname: all\n')[0]).to.match(/^says nothing: /)
  })
  it('may name a parent, a policy, or what it requires alone', () => {
    const read = (more: string) => parseGroup(`kind: Group\nname: all\n${more}\n`, 'all.yaml')
    expect(read('parent: outer')).to.deep.include({ parent: 'outer', policy: undefined, floor: undefined })
    expect(read('policy: web')).to.deep.include({ parent: undefined, policy: 'web', floor: undefined })
    expect(read('require: { tier: T2 }').floor).to.deep.include({ group: 'all', tier: 'T2', forbidsWaivers: false })
    expect(read('require: { admission: { forks: lock } }').floor?.admission.forks).to.equal('lock')
  })
  it('wants to be quoted what its rules look at, and the banks that it names', () => {
    const { quote } = floor(
      `{ quote: { banks: [sha512] }, release: { pcrs: { sha384: { 9: ["${'ab'.repeat(48)}"] }, sha256: { 4: ["${digest}"] } }, components: { kernel: { image: 1, sha256: ["${digest}"] } } } }`,
    )
    expect(quote).to.deep.equal({ isWritten: true, banks: ['sha512', 'sha256', 'sha384'], pcrs: [4, 9] })
    expect(floor('{ tier: T1 }').quote).to.deep.equal({ isWritten: false, banks: [], pcrs: [] })
    expect(floor('{ quote: { banks: [sha384] } }').quote).to.deep.equal({
      isWritten: true,
      banks: ['sha384'],
      pcrs: [],
    })
  })
})
