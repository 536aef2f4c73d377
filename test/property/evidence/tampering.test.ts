import { expect } from 'chai'
import fc from 'fast-check'
import { toHex } from '../../../core/bytes/index.ts'
import {
  EvidenceError,
  verifyEvidence,
  type Expectation,
  type UntrustedEvidence,
  type VerifiedEvidence,
} from '../../../core/evidence/index.ts'
import { evaluateRelease, learnPolicy, parsePolicy, type Outcome } from '../../../core/policy/index.ts'
import { ALG } from '../../../core/tpm/index.ts'
import { Attester } from '../../../agent/boot/simulate/attester.ts'
import { alteredRequest, recordedRequest } from '../../fakes/attester-request.ts'
import { bootNames } from '../../vectors/vectors.ts'

const attester = new Attester()
const expectation = attester.expectation()
const core = recordedRequest('uki-secureboot')
const honest = attester.attest(core)
const policy = parsePolicy(
  learnPolicy({ name: 'web', machine: 'web-1', tier: 'T1', evidence: verifyEvidence(expectation, honest) }),
  'learnt',
)

/** What an attempt comes to; anything but an EvidenceError is our mistake and fails the test. */
function attempt(untrusted: UntrustedEvidence, expected: Expectation = expectation): Outcome | 'bad evidence' {
  return outcomeOf(verified(untrusted, expected))
}
function verified(untrusted: UntrustedEvidence, expected: Expectation = expectation): VerifiedEvidence | undefined {
  try {
    return verifyEvidence(expected, untrusted)
  } catch (error) {
    if (error instanceof EvidenceError) return undefined
    throw error
  }
}
const outcomeOf = (evidence: VerifiedEvidence | undefined) =>
  evidence === undefined ? 'bad evidence' : evaluateRelease(policy, evidence, { tier: 'T1' }).outcome
const digestsOf = ({ log }: VerifiedEvidence) =>
  log.events.map(({ pcr, digests }) => `${pcr} ${toHex(digests.get(ALG.sha256) ?? new Uint8Array())}`)

const flipAt = (bytes: Uint8Array, at: number, flip: number) => bytes.map((byte, i) => (i === at ? byte ^ flip : byte))
const flips = (bytes: Uint8Array) =>
  fc
    .tuple(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }))
    .map(([at, flip]) => flipAt(bytes, at, flip))
const numRuns = 120

describe('tampered evidence', () => {
  it('is allowed when it is not tampered with', () => {
    expect(attempt(honest)).to.equal('allow')
  })

  for (const part of ['attest', 'signature', 'core'] as const) {
    it(`is never allowed, whichever byte of ${part} is changed`, () => {
      fc.assert(
        fc.property(flips(honest[part]), (bytes) => {
          expect(attempt({ ...honest, [part]: bytes })).to.equal('bad evidence')
        }),
        { numRuns },
      )
    })
    it(`is never allowed, wherever ${part} is cut or grown`, () => {
      fc.assert(
        fc.property(
          fc.nat({ max: honest[part].length - 1 }),
          fc.uint8Array({ minLength: 1, maxLength: 8 }),
          (at, more) => {
            expect(attempt({ ...honest, [part]: honest[part].slice(0, at) })).to.equal('bad evidence')
            expect(attempt({ ...honest, [part]: Uint8Array.of(...honest[part], ...more) })).to.equal('bad evidence')
          },
        ),
        { numRuns },
      )
    })
  }

  for (const field of ['challenge', 'serverId', 'machineId', 'bootId', 'clientSpkiSha256', 'oneTimePublicKey'] as const)
    it(`is never allowed for another ${field}`, () => {
      fc.assert(
        fc.property(flips(expectation.binding[field]), (bytes) => {
          const other = { ...expectation, binding: { ...expectation.binding, [field]: bytes } }
          expect(attempt(honest, other)).to.equal('bad evidence')
        }),
        { numRuns: 30 },
      )
    })

  it('is never allowed with another PCR value, even where the TPM itself quotes it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...(expectation.selection[0]?.pcrs ?? [])), fc.nat({ max: 31 }), (pcr, at) => {
        const bank = core.pcrs.get(ALG.sha256)!
        const pcrs = new Map([[ALG.sha256, new Map([...bank, [pcr, flipAt(bank.get(pcr)!, at, 1)]])]])
        expect(attempt(attester.attest({ ...core, pcrs }))).not.to.equal('allow')
      }),
      { numRuns },
    )
  })
})

describe('a machine that lies in its log', () => {
  it('gets no other digests believed than those that were measured, in their order', () => {
    const measured = digestsOf(verifyEvidence(expectation, honest))
    fc.assert(
      fc.property(flips(core.eventLog), (eventLog) => {
        const evidence = verified(attester.attest({ ...core, eventLog }))
        if (evidence === undefined) return
        const believed = digestsOf(evidence)
        const explained = measured.filter((line) => !evidence.log.unexplained.has(Number(line.split(' ')[0])))
        expect(believed).to.deep.equal(explained)
        if (evidence.log.unexplained.size > 0) expect(outcomeOf(evidence)).to.equal('deny')
      }),
      { numRuns },
    )
  })

  it('gains nothing by leaving events out', () => {
    for (const boot of bootNames) {
      if (boot === 'uki-secureboot') continue
      const other = recordedRequest(boot)
      fc.assert(
        fc.property(fc.func(fc.boolean()), (keeps) => {
          const { eventLog } = alteredRequest(boot, (events) => events.filter(({ index }) => keeps(index)))
          expect(attempt(attester.attest({ ...other, eventLog }))).not.to.equal('allow')
        }),
        { numRuns: 30 },
      )
    }
  })

  it('gains nothing by the log of a good boot', () => {
    for (const boot of bootNames)
      for (const log of bootNames)
        if (boot !== 'uki-secureboot')
          expect(
            attempt(attester.attest({ ...recordedRequest(boot), eventLog: recordedRequest(log).eventLog })),
          ).not.to.equal('allow')
  })

  it('is refused with a typed error whatever bytes it has quoted', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.uint8Array({ maxLength: 100 }), (eventLog, userspaceLog) => {
        expect(attempt(attester.attest({ ...core, eventLog, userspaceLog }))).not.to.equal('allow')
      }),
      { numRuns },
    )
  })
})
