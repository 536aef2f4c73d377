import { expect } from 'chai'
import fc from 'fast-check'
import { toHex } from '../../../core/bytes/index.ts'
import { verifyEvidence } from '../../../core/evidence/index.ts'
import {
  evaluateAdmission,
  evaluateRelease,
  learnPolicy,
  parsePolicy,
  PolicyError,
} from '../../../core/policy/index.ts'
import { ALG } from '../../../core/tpm/index.ts'
import { Attester } from '../../../agent/boot/simulate/attester.ts'
import { recordedRequest } from '../../fakes/attester-request.ts'
import { bootNames } from '../../vectors/vectors.ts'

const attester = new Attester()
const boots = bootNames.map((boot) => {
  const evidence = verifyEvidence(attester.expectation(), attester.attest(recordedRequest(boot)))
  return {
    boot,
    evidence,
    text: learnPolicy({ name: 'web', machine: 'web-1', tier: 'T0', peerAddress: '10.0.0.1', evidence }),
  }
})
const anyBoot = fc.constantFrom(...boots)
const judge = (text: string, { evidence }: (typeof boots)[number]) =>
  evaluateRelease(parsePolicy(text, 'learnt'), evidence, { tier: 'T0' }).outcome

/** The policy, or undefined if it was refused as it must be. */
function parsed(text: string): ReturnType<typeof parsePolicy> | undefined {
  try {
    return parsePolicy(text, 'any')
  } catch (error) {
    if (error instanceof PolicyError) return undefined
    throw error
  }
}

describe('policy', () => {
  it('never gets weaker by a changed letter: it is refused, means the same, or allows nothing more', () => {
    fc.assert(
      fc.property(
        anyBoot,
        anyBoot,
        fc.nat(),
        fc.constantFrom(...Array.from(' x0#:-[]{}"\n')),
        (from, to, at, letter) => {
          fc.pre(from !== to)
          const where = at % from.text.length
          const text = from.text.slice(0, where) + letter + from.text.slice(where + 1)
          const policy = parsed(text)
          if (policy !== undefined)
            expect(evaluateRelease(policy, to.evidence, { tier: 'T0' }).outcome, text).to.equal('deny')
        },
      ),
      { numRuns: 100 },
    )
  })

  it('is refused with a typed error, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200, unit: 'binary' }), (text) => {
        expect(parsed(text)).to.equal(undefined)
      }),
      { numRuns: 25 },
    )
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) => {
        expect(parsed(text)).to.equal(undefined)
      }),
      { numRuns: 25 },
    )
  })

  it('allows what it allowed when more values are accepted', () => {
    fc.assert(
      fc.property(anyBoot, fc.uint8Array({ minLength: 32, maxLength: 32 }), (boot, value) => {
        const more = boot.text.replaceAll(/\["(?=[0-9a-f]{64})/g, `["${toHex(value)}", "`)
        expect(judge(more, boot)).to.equal('allow')
      }),
      { numRuns: 30 },
    )
  })

  it('never turns no into yes when quoted PCRs are taken away', () => {
    const subset = fc.subarray([...(attester.expectation().selection[0]?.pcrs ?? [])], { minLength: 1 })
    fc.assert(
      fc.property(anyBoot, anyBoot, subset, (from, to, pcrs) => {
        const selection = [{ hash: ALG.sha256, pcrs }]
        const core = recordedRequest(to.boot)
        const less = verifyEvidence(attester.expectation({ selection }), attester.attest(core, { selection }))
        const outcome = evaluateRelease(parsePolicy(from.text, 'learnt'), less, { tier: 'T0' }).outcome
        if (judge(from.text, to) !== 'allow') expect(outcome).not.to.equal('allow')
      }),
      { numRuns: 25 },
    )
  })

  it('admits addresses of the named network and no others', () => {
    const policy = parsePolicy(boots[0]?.text ?? '', 'learnt')
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), (peerAddress) => {
        const { outcome } = evaluateAdmission(policy, { peerAddress, approvedBy: ['alice'], nowUnixMs: 0 })
        expect(outcome).to.equal(['10.0.0.1', '::ffff:10.0.0.1'].includes(peerAddress) ? 'allow' : 'deny')
      }),
    )
  })
})
