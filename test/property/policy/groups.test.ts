import { expect } from 'chai'
import fc from 'fast-check'
import { toHex } from '../../../core/bytes/index.ts'
import { verifyEvidence } from '../../../core/evidence/index.ts'
import {
  Collection,
  evaluateAdmission,
  evaluateRelease,
  learnPolicy,
  parseGroup,
  parsePolicy,
  policyInForce,
  under,
  type Floor,
} from '../../../core/policy/index.ts'
import { ALG } from '../../../core/tpm/index.ts'
import { Attester } from '../../../agent/boot/simulate/attester.ts'
import { recordedRequest } from '../../fakes/attester-request.ts'
import { bootNames } from '../../vectors/vectors.ts'

const attester = new Attester()
const boots = bootNames.map((boot) => {
  const evidence = verifyEvidence(attester.expectation(), attester.attest(recordedRequest(boot)))
  const text = learnPolicy({ name: 'web', machine: 'web-1', tier: 'T1', peerAddress: '10.0.0.1', evidence })
  return { evidence, policy: parsePolicy(text, 'learnt') }
})
const anyBoot = fc.constantFrom(...boots)
const anyPcr = fc.nat({ max: 9 })

/** A rule of a floor: sometimes one that a boot satisfies, sometimes not. */
const anyRule = fc.oneof(
  fc.constantFrom('tier: T0', 'tier: T1', 'tier: T3'),
  fc.tuple(anyBoot, anyPcr).map(([{ evidence }, pcr]) => {
    const value = toHex(evidence.pcrs.banks.get(ALG.sha256)?.get(pcr) ?? new Uint8Array(32))
    return `release: { pcrs: { sha256: { ${pcr}: ["${value}"] } } }`
  }),
  fc.constantFrom(
    'admission: { networks: [10.0.0.0/8] }',
    'admission: { networks: [192.0.2.0/24] }',
    'admission: { approval: everyBoot, quorum: 2 }',
    'admission: { offDiskFactor: required }',
    'release: { waivers: none }',
    'release: { within: 1m }',
  ),
)
const anyFloor: fc.Arbitrary<Floor> = anyRule.map(
  (rule) => parseGroup(`kind: Group\nname: all\nrequire: { ${rule} }\n`, 'all.yaml').floor!,
)
const anyFloors = fc.array(anyFloor, { maxLength: 4 })
const facts = fc.record({
  peerAddress: fc.constantFrom('10.0.0.1', '10.9.9.9', '192.0.2.1'),
  approvedBy: fc.subarray(['ann', 'bob']),
  nowUnixMs: fc.constant(0),
})

const rank = { deny: 0, hold: 1, allow: 2 } as const

describe('what groups require', () => {
  it('never lets through more than fewer of them would', () => {
    fc.assert(
      fc.property(anyBoot, anyBoot, anyFloors, anyFloor, facts, (from, to, floors, more, asked) => {
        const released = (all: readonly Floor[]) =>
          rank[evaluateRelease(under(from.policy, all), to.evidence, { tier: 'T1', sinceAdmissionMs: 5 }).outcome]
        const admitted = (all: readonly Floor[]) => rank[evaluateAdmission(under(from.policy, all), asked).outcome]
        expect(released([...floors, more])).to.be.at.most(released(floors))
        expect(admitted([...floors, more])).to.be.at.most(admitted(floors))
      }),
      { numRuns: 60 },
    )
  })

  it('holds in any order, and twice as once', () => {
    fc.assert(
      fc.property(anyBoot, anyFloors, facts, ({ policy, evidence }, floors, asked) => {
        const outcomes = [floors, floors.toReversed(), [...floors, ...floors]].map((all) => [
          evaluateRelease(under(policy, all), evidence, { tier: 'T1', sinceAdmissionMs: 5 }).outcome,
          evaluateAdmission(under(policy, all), asked).outcome,
        ])
        expect(outcomes[1]).to.deep.equal(outcomes[0])
        expect(outcomes[2]).to.deep.equal(outcomes[0])
      }),
      { numRuns: 40 },
    )
  })

  it('names a rule for every refusal', () => {
    fc.assert(
      fc.property(anyBoot, anyFloors, ({ policy, evidence }, floors) => {
        const { outcome, reasons } = evaluateRelease(under(policy, floors), evidence, {
          tier: 'T1',
          sinceAdmissionMs: 5,
        })
        const failed = reasons.filter(({ passed }) => !passed)
        expect(failed.length > 0).to.equal(outcome !== 'allow')
        for (const { rule } of failed) expect(rule).to.match(/^Group all: require\./)
      }),
      { numRuns: 40 },
    )
  })

  it('is the floors of the whole chain, whatever the tree, and the nearest policy judges', () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    const tree = fc.tuple(...names.map((_, at) => fc.nat({ max: at })))
    fc.assert(
      fc.property(tree, fc.constantFrom(...names), fc.subarray(names), (parents, own, withPolicy) => {
        // The parent of the nth is one before it; the first has none.
        const parentOf = (at: number) => (at === 0 ? undefined : names[(parents[at] ?? 0) % at])
        const groups = names.map((name, at) => {
          const parent = parentOf(at)
          const said = parent === undefined ? '' : `parent: ${parent}\n`
          return parseGroup(`kind: Group\nname: ${name}\n${said}require: { tier: T1 }\n`, 'group')
        })
        const policies = withPolicy.map((group) => ({
          ...boots[0]!.policy,
          name: `of-${group}`,
          machines: [],
          groups: [group],
        }))
        const found = policyInForce(new Collection(new Map(), policies, groups), { name: 'web-1', groupName: own })
        const chain: string[] = []
        for (let at: number | undefined = names.indexOf(own); at !== undefined;) {
          chain.push(names[at]!)
          const parent = parentOf(at)
          at = parent === undefined ? undefined : names.indexOf(parent)
        }
        expect(found.chain.map(({ name }) => name)).to.deep.equal(chain)
        expect(found.floors.map(({ group }) => group)).to.deep.equal(chain.toReversed())
        const nearest = chain.find((name) => withPolicy.includes(name))
        expect(found.kind === 'one' ? found.group : undefined).to.equal(nearest)
      }),
      { numRuns: 100 },
    )
  })
})
