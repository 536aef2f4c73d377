import { expect } from 'chai'
import { evaluateAdmission, parsePolicy } from '../../../../core/policy/index.ts'

const policyOf = (windows: string, rest = 'networks: [10.0.0.0/8]') =>
  parsePolicy(
    `kind: BootPolicy\nname: web\ngroups: [web]\nadmission: { ${rest}, windows: ${windows} }\nrelease: { pcrs: { sha256: { 0: ["${'ab'.repeat(32)}"] } } }\n`,
    'test',
  )
const at = (windows: string, time: string, approvedBy: readonly string[] = []) =>
  evaluateAdmission(policyOf(windows), { peerAddress: '10.0.0.1', approvedBy, nowUnixMs: Date.parse(time) })

const berlin = '[{ days: [mon, tue, wed, thu, fri], from: "08:00", to: "18:00", timeZone: Europe/Berlin }]'
const night = '[{ days: [sat], from: "22:00", to: "02:00", timeZone: UTC }]'

describe('windows of admission', () => {
  const rows: readonly (readonly [windows: string, time: string, outcome: 'allow' | 'hold'])[] = [
    // Friday; in Berlin it is one hour later in winter, two in summer
    [berlin, '2026-01-16T07:00:00Z', 'allow'],
    [berlin, '2026-01-16T06:59:59Z', 'hold'],
    [berlin, '2026-01-16T16:59:59Z', 'allow'],
    [berlin, '2026-01-16T17:00:00Z', 'hold'],
    [berlin, '2026-07-17T06:00:00Z', 'allow'],
    [berlin, '2026-07-17T16:00:00Z', 'hold'],
    [berlin, '2026-01-17T10:00:00Z', 'hold'],
    // Saturday night goes on into Sunday, and Friday night does not into Saturday
    [night, '2026-01-17T22:00:00Z', 'allow'],
    [night, '2026-01-18T01:59:59Z', 'allow'],
    [night, '2026-01-18T02:00:00Z', 'hold'],
    [night, '2026-01-17T01:00:00Z', 'hold'],
    [night, '2026-01-18T22:30:00Z', 'hold'],
  ]
  for (const [windows, time, outcome] of rows)
    it(`says ${outcome} at ${time} for ${windows}`, () => {
      const verdict = at(windows, time)
      expect(verdict.outcome).to.equal(outcome)
      expect(verdict.reasons.find(({ code }) => code === 'admission/window')?.passed).to.equal(outcome === 'allow')
    })

  it('lets a person approve a start at another time', () => {
    expect(at(night, '2026-01-19T12:00:00Z', ['alice']).outcome).to.equal('allow')
  })

  for (const [what, windows] of [
    ['a place there is not', '[{ from: "08:00", to: "18:00", timeZone: Europe/Bern-Lin }]'],
    ['a window of nothing', '[{ from: "08:00", to: "08:00", timeZone: UTC }]'],
    ['a time there is not', '[{ from: "08:00", to: "24:00", timeZone: UTC }]'],
    ['a day twice', '[{ days: [mon, mon], from: "08:00", to: "18:00", timeZone: UTC }]'],
    ['no window', '[]'],
  ] as const)
    it(`refuses ${what}`, () => {
      expect(() => policyOf(windows)).to.throw(/^test:4:/)
    })
})

describe('quorum of admission', () => {
  const policy = policyOf(night, 'approval: everyBoot, quorum: 2')
  const judge = (...approvedBy: readonly string[]) =>
    evaluateAdmission(policy, { peerAddress: '', approvedBy, nowUnixMs: Date.parse('2026-01-17T23:00:00Z') }).outcome

  it('asks for different people', () => {
    expect(judge()).to.equal('hold')
    expect(judge('alice')).to.equal('hold')
    expect(judge('alice', 'alice')).to.equal('hold')
    expect(judge('alice', 'bob')).to.equal('allow')
  })
  it('is refused where nobody approves', () => {
    expect(() => policyOf(night, 'networks: [10.0.0.0/8], quorum: 2')).to.throw(/approval is none/)
    expect(() => policyOf(night, 'approval: everyBoot, quorum: 0')).to.throw(/test:4/)
  })
})
