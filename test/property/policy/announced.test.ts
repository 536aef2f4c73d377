import { expect } from 'chai'
import fc from 'fast-check'
import { toHex } from '../../../core/bytes/index.ts'
import { verifyEvidence } from '../../../core/evidence/index.ts'
import {
  evaluateAnnounced,
  evaluateRelease,
  learnPolicy,
  parseAnnouncement,
  parsePolicy,
  type LiveAnnouncement,
} from '../../../core/policy/index.ts'
import { ALG } from '../../../core/tpm/index.ts'
import { Attester } from '../../../agent/boot/simulate/attester.ts'
import { recordedRequest } from '../../fakes/attester-request.ts'
import { bootNames } from '../../vectors/vectors.ts'

const attester = new Attester()
const boots = bootNames.map((boot) => {
  const evidence = verifyEvidence(attester.expectation(), attester.attest(recordedRequest(boot)))
  const text = learnPolicy({ name: 'web', machine: 'web', tier: 'T0', peerAddress: '10.0.0.1', evidence })
  return { evidence, policy: parsePolicy(text, 'learnt') }
})
const anyBoot = fc.constantFrom(...boots)
const facts = { tier: 'T0' } as const
const valueOf = (boot: number, pcr: string): string =>
  toHex(boots[boot]!.evidence.pcrs.banks.get(ALG.sha256)!.get(Number(pcr))!)

/** A policy of three PCRs as one boot has them, so that the values of another are all that is wrong. */
const ofPcrs = (boot: number) =>
  parsePolicy(
    `kind: BootPolicy
name: web
machines: [web]
tier: T0
admission: { approval: everyBoot }
release: { pcrs: { sha256: { ${['0', '4', '7'].map((pcr) => `${pcr}: ["${valueOf(boot, pcr)}"]`).join(', ')} } } }
`,
    'pcrs',
  )
const anyNumber = fc.nat(boots.length - 1)

/** Announces the values that PCRs have in some boots. */
const anyAnnouncement: fc.Arbitrary<LiveAnnouncement> = fc
  .record({
    pcrs: fc.dictionary(fc.constantFrom('0', '1', '4', '7', '9'), anyNumber, { minKeys: 1, maxKeys: 5 }),
    bootsUsed: fc.nat(2),
    version: fc.integer({ min: 1, max: 9 }),
  })
  .map(({ pcrs, bootsUsed, version }) => {
    const lines = Object.entries(pcrs).map(
      ([pcr, boot]) => `  ${pcr}: [{ version: new, sha256: "${valueOf(boot, pcr)}" }]`,
    )
    const head = 'kind: Announcement\nname: any\nmachines: [web]\nuntil: 2027-01-01T00:00:00Z\npcrs:\n'
    return { announcement: parseAnnouncement(`${head}${lines.join('\n')}\n`, 'any'), bootsUsed, version }
  })
const several = fc.array(anyAnnouncement, { maxLength: 3 })

describe('announcements', () => {
  it('take nothing from a boot that the policy accepts, and are not used by it', () => {
    fc.assert(
      fc.property(anyBoot, several, ({ evidence, policy }, live) => {
        const { verdict, needed } = evaluateAnnounced(policy, live, evidence, facts)
        expect([verdict.outcome, needed]).to.deep.equal(['allow', []])
      }),
      { numRuns: 50 },
    )
  })

  it('let through only what fails by the values that they name, and each that is used is needed', () => {
    let letThrough = 0
    fc.assert(
      fc.property(anyNumber, anyBoot, several, (from, { evidence }, live) => {
        const policy = ofPcrs(from)
        const alone = evaluateRelease(policy, evidence, facts)
        const { verdict, needed } = evaluateAnnounced(policy, live, evidence, facts)
        if (alone.outcome === 'allow' || verdict.outcome !== 'allow') {
          expect(needed).to.deep.equal([])
          return
        }
        letThrough++
        const named = needed.flatMap(({ announcement }) => [...announcement.pcrs.keys()])
        for (const { passed, rule } of alone.reasons)
          if (!passed) expect(named.map((pcr) => `release.pcrs.${pcr}`)).to.include(rule)
        for (const one of needed) {
          const others = needed.filter((other) => other !== one)
          expect(evaluateAnnounced(policy, others, evidence, facts).verdict.outcome).to.equal('deny')
        }
      }),
      { numRuns: 200 },
    )
    expect(letThrough).to.be.greaterThan(0)
  })

  it('say the same twice', () => {
    fc.assert(
      fc.property(anyBoot, anyBoot, several, ({ policy }, { evidence }, live) => {
        const judge = () => evaluateAnnounced(policy, live, evidence, facts)
        expect(judge()).to.deep.equal(judge())
      }),
      { numRuns: 25 },
    )
  })
})
