import { expect } from 'chai'
import { toHex } from '../../../../core/bytes/index.ts'
import { verifyEvidence } from '../../../../core/evidence/index.ts'
import {
  evaluateAnnounced,
  parseAnnouncement,
  parsePolicy,
  PolicyError,
  unheard,
  type LiveAnnouncement,
} from '../../../../core/policy/index.ts'
import { ALG } from '../../../../core/tpm/index.ts'
import { Attester } from '../../../../agent/boot/simulate/attester.ts'
import { recordedRequest } from '../../../fakes/attester-request.ts'

const attester = new Attester()
const evidence = verifyEvidence(attester.expectation(), attester.attest(recordedRequest('uki-secureboot')))
const values = evidence.pcrs.banks.get(ALG.sha256)!
const pcr = (index: number): string => toHex(values.get(index)!)
const image = toHex(evidence.boot.images[0]!.digests.get(ALG.sha256)!)
const [old, other] = ['ab'.repeat(32), 'cd'.repeat(32)]

const policyOf = (release: string) =>
  parsePolicy(
    `kind: BootPolicy\nname: web\nmachines: [web]\nadmission: { approval: everyBoot }\nrelease: ${release}\n`,
    'p',
  )
const announce = (said: string) =>
  parseAnnouncement(
    `kind: Announcement\nname: kernel\nmachines: [web]\nuntil: 2026-12-01T00:00:00Z\n${said}\n`,
    'a.yaml',
  )
const live = (said: string, bootsUsed = 0, version = 1): LiveAnnouncement => ({
  announcement: announce(said),
  version,
  bootsUsed,
})
const pcrIs = (index: number, value: string) => `pcrs: { ${index}: [{ version: new, sha256: "${value}" }] }`
const judge = (release: string, ...announced: readonly LiveAnnouncement[]) => {
  const { verdict, needed } = evaluateAnnounced(policyOf(release), announced, evidence, { tier: 'T1' })
  const versions = needed.map(({ version }) => version)
  return { outcome: verdict.outcome, needed: versions, reasons: verdict.reasons }
}
const outcome = (...given: Parameters<typeof judge>) => judge(...given).outcome

const wrongPcr0 = `{ pcrs: { sha256: { 0: ["${old}"] } } }`
const wrongPcrs = `{ pcrs: { sha256: { 0: ["${old}"], 4: ["${old}"] } } }`
const goodPcr0 = `{ pcrs: { sha256: { 0: ["${pcr(0)}"] } } }`

describe('an announcement', () => {
  it('is accepted beside the values of the policy, and the reason names its version', () => {
    expect(outcome(wrongPcr0)).to.equal('deny')
    const { reasons, ...judged } = judge(wrongPcr0, live(pcrIs(0, pcr(0)), 0, 3))
    expect(judged).to.deep.equal({ outcome: 'allow', needed: [3] })
    const reason = reasons.find(({ rule }) => rule === 'release.pcrs.0')
    expect(reason?.fact).to.contain('new of announcement kernel version 3')
    expect(outcome(goodPcr0, live(pcrIs(0, other)))).to.equal('allow')
  })

  it('is not needed, and so not used up, where the policy alone accepts the boot', () => {
    expect(judge(goodPcr0, live(pcrIs(0, pcr(0)))).needed).to.deep.equal([])
  })

  it('does not help where the value is another, or of another PCR', () => {
    expect(outcome(wrongPcr0, live(pcrIs(0, other)))).to.equal('deny')
    expect(outcome(wrongPcr0, live(pcrIs(1, pcr(0))))).to.equal('deny')
    expect(outcome(wrongPcrs, live(pcrIs(0, pcr(0))))).to.equal('deny')
  })

  it('is one of several: the oldest that helps, or as few as do together', () => {
    const [zero, four] = [live(pcrIs(0, pcr(0)), 0, 1), live(pcrIs(4, pcr(4)), 0, 2)]
    const again = live(pcrIs(0, pcr(0)), 0, 5)
    expect(judge(wrongPcr0, four, zero, again)).to.deep.include({ outcome: 'allow', needed: [1] })
    expect(judge(wrongPcrs, live(pcrIs(7, other), 0, 9), zero, four)).to.deep.include({
      outcome: 'allow',
      needed: [1, 2],
    })
  })

  it('names components as the policy does, and adds none', () => {
    const policy = (digest: string) => `{ components: { loader: { image: 1, sha256: ["${digest}"] } } }`
    const say = (name: string) => live(`components: { ${name}: [{ version: new, sha256: "${image}" }] }`)
    const failedRules = (...announced: readonly LiveAnnouncement[]) =>
      judge(policy(old), ...announced)
        .reasons.filter(({ passed }) => !passed)
        .map(({ rule }) => rule)
    expect(failedRules()).to.include('release.components.loader')
    expect(failedRules(say('loader'))).not.to.include('release.components.loader')
    expect(failedRules(say('kernel'))).to.deep.equal(failedRules())
    expect(unheard(say('kernel').announcement, policyOf(policy(old)))).to.deep.equal(['component kernel'])
    expect(unheard(live(pcrIs(0, old)).announcement, policyOf(policy(old)))).to.deep.equal(['PCR 0'])
  })

  it('adds nothing to a component that is known by its text alone', () => {
    const byText = policyOf('{ components: { line: { section: .cmdline, text: { must: [quiet] } } } }')
    const said = announce(`components: { line: [{ version: new, sha256: "${old}" }] }`)
    expect(unheard(said, byText)).to.deep.equal(['component line'])
    const judged = (announced: readonly LiveAnnouncement[]) =>
      evaluateAnnounced(byText, announced, evidence, { tier: 'T1' })
    expect(judged([{ announcement: said, version: 1, bootsUsed: 0 }]).verdict).to.deep.equal(judged([]).verdict)
  })

  it('lets the old values end once the machine has booted by the new ones, where it says so', () => {
    const ends = `oldValues: refuseOnceBooted\n${pcrIs(0, other)}`
    expect(outcome(goodPcr0, live(ends, 0))).to.equal('allow')
    expect(outcome(goodPcr0, live(ends, 1))).to.equal('deny')
    expect(outcome(goodPcr0, live(pcrIs(0, other), 1))).to.equal('allow')
    const good = `oldValues: refuseOnceBooted\n${pcrIs(0, pcr(0))}`
    expect(judge(wrongPcr0, live(good, 1))).to.deep.include({ outcome: 'allow', needed: [1] })
    expect(judge(goodPcr0, live(good, 1)).needed, 'a boot by it is counted').to.deep.equal([1])
  })

  it('never settles what is refused whatever a policy says', () => {
    const zeroed = live(pcrIs(0, pcr(0)))
    const { verdict } = evaluateAnnounced(policyOf(wrongPcr0), [zeroed], evidence, { tier: 'T0' })
    expect(verdict.outcome).to.equal('deny')
  })

  describe('is refused', () => {
    const bad: readonly (readonly [string, string, RegExp])[] = [
      ['that announces nothing', '', /announces nothing/],
      ['with an empty list', 'pcrs: { 0: [] }', /Too small/],
      ['without a digest', 'pcrs: { 0: [{ version: new }] }', /names no digest/],
      ['of a bank that is not trusted', `pcrs: { 0: [{ version: new, sha1: "${'ab'.repeat(20)}" }] }`, /sha1|Unrec/],
      ['of the PCR that holds the cap', pcrIs(15, old), /PCR from 0 to 14/],
      ['with a misspelt key', `${pcrIs(0, old)}\nboot: 1`, /boot/],
      ['for no boots', `${pcrIs(0, old)}\nboots: 0`, /boots|small/],
      [
        'with one value twice',
        `pcrs: { 0: [{ version: a, sha256: "${old}" }, { version: b, sha256: "${old}" }] }`,
        /twice/,
      ],
    ]
    for (const [what, said, words] of bad)
      it(what, () => {
        expect(() => announce(said)).to.throw(PolicyError, words)
      })
    it('without an end, or with one that has no zone', () => {
      const without = (until: string) => () =>
        parseAnnouncement(`kind: Announcement\nname: k\nmachines: [web]\n${until}${pcrIs(0, old)}\n`, 'a')
      expect(without('')).to.throw(PolicyError, /expected string/)
      expect(without('until: 2026-12-01T00:00:00\n')).to.throw(PolicyError, /a time is written/)
      expect(without('until: tomorrow\n')).to.throw(PolicyError, /a time is written/)
    })
    it('for nobody', () => {
      const text = `kind: Announcement\nname: k\nuntil: 2026-12-01T00:00:00Z\n${pcrIs(0, old)}\n`
      expect(() => parseAnnouncement(text, 'a')).to.throw(PolicyError, /for nobody/)
    })
  })
})
