import { expect } from 'chai'
import { toHex } from '../../../../core/bytes/index.ts'
import { measuredText, verifyEvidence, vouchingCertificate } from '../../../../core/evidence/index.ts'
import {
  evaluateAnnounced,
  isHeardBy,
  parseAnnouncement,
  parsePolicy,
  parseReferenceValues,
  PolicyError,
  unheard,
  type LiveAnnouncement,
} from '../../../../core/policy/index.ts'
import { ALG } from '../../../../core/tpm/index.ts'
import { Attester } from '../../../../agent/boot/simulate/attester.ts'
import { recordedRequest } from '../../../fakes/attester-request.ts'

const attester = new Attester()
const evidence = verifyEvidence(attester.expectation(), attester.attest(recordedRequest('uki-secureboot')))
const pcr0 = toHex(evidence.pcrs.banks.get(ALG.sha256)!.get(0)!)
/** A boot whose command line is on record: the first event of PCR 12. */
const withText = verifyEvidence(attester.expectation(), attester.attest(recordedRequest('sdboot-secureboot')))
const text = measuredText(withText.log.events.find(({ pcr }) => pcr === 12)!)!
const certificates = [
  ...new Set(evidence.boot.authorities.flatMap((event) => vouchingCertificate(event)?.fingerprint ?? [])),
]
const authority = toHex(evidence.boot.authorities[0]!.digests.get(ALG.sha256)!)
const other = 'cd'.repeat(32)

const values = parseReferenceValues(
  `kind: ReferenceValues\nname: ovmf\nsets: { pcr0: [{ version: "1", sha256: "${other}" }, { version: "2", sha256: "${pcr0}" }] }\n`,
  'v.yaml',
)
const library = new Map([['ovmf', values]])
const policyOf = (release: string) =>
  parsePolicy(
    `kind: BootPolicy\nname: web\nmachines: [web]\nadmission: { approval: everyBoot }\nrelease: ${release}\n`,
    'p',
  )
const announce = (said: string, missing: 'refuse' | 'accept nothing' = 'refuse') =>
  parseAnnouncement(
    `kind: Announcement\nname: update\nmachines: [web]\nuntil: 2026-12-01T00:00:00Z\n${said}\n`,
    'a.yaml',
    library,
    missing,
  )
const live = (said: string, bootsUsed = 0): LiveAnnouncement => ({
  announcement: announce(said),
  version: 1,
  bootsUsed,
})
/** Codes of the rules that fail. */
const failed = (release: string, ...announced: readonly LiveAnnouncement[]): readonly string[] =>
  failedOf(evidence, release, announced)
const failedOf = (of: typeof evidence, release: string, announced: readonly LiveAnnouncement[]): readonly string[] => [
  ...new Set(
    evaluateAnnounced(policyOf(release), announced, of, { tier: 'T1' })
      .verdict.reasons.filter(({ passed }) => !passed)
      .map(({ code }) => code),
  ),
]

describe('an announcement of what a policy accepts otherwise than by digest', () => {
  describe('of values that others publish', () => {
    const wrong = `{ pcrs: { sha256: { 0: ["${'ab'.repeat(32)}"] } } }`
    it('accepts those of its sets', () => {
      expect(failed(wrong)).to.deep.equal(['pcr/value'])
      expect(failed(wrong, live('reference: { pcrs: { 0: [ovmf/pcr0] } }'))).to.deep.equal([])
    })
    it('accepts those of the versions that it names alone', () => {
      expect(failed(wrong, live('reference: { pcrs: { 0: [ovmf/pcr0] }, versions: ["2"] }'))).to.deep.equal([])
      expect(failed(wrong, live('reference: { pcrs: { 0: [ovmf/pcr0] }, versions: ["1"] }'))).to.deep.equal([
        'pcr/value',
      ])
    })
    it('is refused where they are not there, or none is of the version', () => {
      expect(() => announce('reference: { pcrs: { 0: [ovmf/other] } }')).to.throw(
        PolicyError,
        /there is no ovmf\/other/,
      )
      expect(() => announce('reference: { pcrs: { 0: [ovmf/pcr0] }, versions: ["9"] }')).to.throw(
        PolicyError,
        /none of its values is of version 9/,
      )
      expect(() => announce('reference: { pcrs: { 15: [ovmf/pcr0] } }')).to.throw(PolicyError, /PCR from 0 to 14/)
    })
    it('accepts nothing once they are gone, and still names the place', () => {
      const gone = announce('reference: { pcrs: { 0: [ovmf/other] } }', 'accept nothing')
      expect([...gone.pcrs.keys()]).to.deep.equal([0])
      expect(gone.pcrs.get(0)?.size).to.equal(0)
      expect(failed(wrong, { announcement: gone, version: 1, bootsUsed: 0 })).to.deep.equal(['pcr/value'])
    })
  })

  describe('of texts', () => {
    const asks = (must: string) => `{ components: { line: { pcr: 12, event: 1, text: { must: ["${must}"] } } } }`
    const texts = (line: string, more = '', used = 0) => live(`${more}texts: { line: [${JSON.stringify(line)}] }`, used)
    const isAccepted = (must: string, ...announced: readonly LiveAnnouncement[]): boolean =>
      !failedOf(withText, asks(must), announced).includes('component/text')
    it('accepts exactly what it says', () => {
      expect(isAccepted('quiet')).to.equal(true)
      expect(isAccepted('absent')).to.equal(false)
      expect(isAccepted('absent', texts(text))).to.equal(true)
      expect(isAccepted('absent', texts(`${text} more`))).to.equal(false)
    })
    it('ends the text of the policy, where it says so', () => {
      const ending = 'oldValues: refuseOnceBooted\n'
      expect(isAccepted('quiet', texts('other', ending, 0))).to.equal(true)
      expect(isAccepted('quiet', texts('other', ending, 1))).to.equal(false)
      expect(isAccepted('quiet', texts('other', '', 1))).to.equal(true)
      expect(isAccepted('absent', texts(text, ending, 1))).to.equal(true)
    })
    it('is not heard by a component that is known by its digest', () => {
      const byDigest = policyOf(`{ components: { line: { section: .cmdline, sha256: ["${other}"] } } }`)
      expect(unheard(texts('x').announcement, byDigest)).to.deep.equal(['the text of component line'])
      expect(isHeardBy(texts('x').announcement, byDigest)).to.equal(false)
    })
  })

  describe('of signers', () => {
    const list = (digests: readonly string[]) => digests.map((digest) => `"${digest}"`).join(', ')
    const byCertificate = (...named: readonly string[]) =>
      `{ secureBoot: { required: true, authorities: { certificates: [${list(named)}] } } }`
    const byEvent = (digest: string) => `{ secureBoot: { required: true, authorities: { sha256: ["${digest}"] } } }`
    it('accepts their certificates beside those of the policy', () => {
      expect(certificates).to.not.deep.equal([])
      expect(failed(byCertificate(other))).to.include('secure-boot/authority')
      const announced = live(`authorities: { certificates: [${list(certificates)}] }`)
      expect(failed(byCertificate(other), announced)).to.not.include('secure-boot/authority')
    })
    it('accepts their events, where the policy accepts events', () => {
      const announced = live(
        `authorities: { values: [${evidence.boot.authorities
          .map((event) => toHex(event.digests.get(ALG.sha256)!))
          .filter((digest, at, all) => all.indexOf(digest) === at)
          .map((digest, at) => `{ version: "${at}", sha256: "${digest}" }`)
          .join(', ')}] }`,
      )
      expect(failed(byEvent(other))).to.include('secure-boot/authority')
      expect(failed(byEvent(other), announced)).to.not.include('secure-boot/authority')
      expect(failed(byCertificate(other), announced)).to.include('secure-boot/authority')
      expect(unheard(announced.announcement, policyOf(byCertificate(other)))).to.deep.equal(['events of authorities'])
    })
    it('ends those of the policy, where it says so', () => {
      const ending = (used: number) =>
        live(`oldValues: refuseOnceBooted\nauthorities: { certificates: ["${other}"] }`, used)
      expect(failed(byCertificate(...certificates), ending(0))).to.not.include('secure-boot/authority')
      expect(failed(byCertificate(...certificates), ending(1))).to.include('secure-boot/authority')
      expect(failed(byEvent(authority), ending(1))).to.deep.equal(failed(byEvent(authority)))
    })
    it('goes on accepting those that it names, once those of the policy have ended', () => {
      const said = `oldValues: refuseOnceBooted\nauthorities: { certificates: [${list(certificates)}] }`
      for (const used of [0, 1, 7]) {
        expect(failed(byCertificate(other), live(said, used)), String(used)).to.not.include('secure-boot/authority')
        const both = [live(said, used), live(said.replaceAll(/"[0-9a-f]{64}"/g, `"${'ef'.repeat(32)}"`), used)]
        expect(failed(byCertificate(other), ...both), `${used}, two`).to.not.include('secure-boot/authority')
      }
      const { reasons } = evaluateAnnounced(
        policyOf(byCertificate(...certificates)),
        [live(`oldValues: refuseOnceBooted\nauthorities: { certificates: ["${other}"] }`, 1)],
        evidence,
        { tier: 'T1' },
      ).verdict
      expect(reasons.find(({ code }) => code === 'secure-boot/authority')?.wanted).to.equal(`a certificate of ${other}`)
    })
    it('is refused where it names nobody', () => {
      expect(() => announce('authorities: {}')).to.throw(PolicyError, /names nobody/)
    })
  })

  it('is unheard, part by part, by a policy that says nothing of it', () => {
    const all = announce(
      `reference: { components: { kernel: [ovmf/pcr0] }, pcrs: { 0: [ovmf/pcr0] } }\ntexts: { line: [x] }\nauthorities: { certificates: ["${other}"] }`,
    )
    expect(unheard(all, policyOf(`{ pcrs: { sha256: { 0: ["${other}"] } } }`))).to.deep.equal([
      'component kernel',
      'the text of component line',
      'certificates of authorities',
    ])
    expect(all.references).to.deep.equal(['ovmf'])
  })
})
