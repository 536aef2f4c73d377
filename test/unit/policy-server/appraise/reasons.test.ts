import { expect } from 'chai'
import { verifyEvidence } from '../../../../core/evidence/index.ts'
import { evaluateRelease, learnPolicy, parsePolicy, type Reason } from '../../../../core/policy/index.ts'
import { basisOf, serverReasonCodes } from '../../../../policy-server/appraise/reasons.ts'
import { reasonCodes } from '../../../../core/policy/index.ts'
import { Attester } from '../../../../agent/boot/simulate/attester.ts'
import { recordedRequest } from '../../../fakes/attester-request.ts'

const attester = new Attester()
const evidenceOf = (boot: 'uki' | 'uki-secureboot') =>
  verifyEvidence(attester.expectation(), attester.attest(recordedRequest(boot)))

/** The boot of one recording, judged by what was learnt from another. */
function reasonsOf(boot: 'uki' | 'uki-secureboot'): readonly Reason[] {
  const evidence = evidenceOf('uki-secureboot')
  const learnt = learnPolicy({ name: 'web', machine: 'web', tier: 'T1', peerAddress: '10.0.0.1', evidence })
  return evaluateRelease(parsePolicy(learnt, 'web.yaml'), evidenceOf(boot), { tier: 'T1' }).reasons
}

describe('what the log says of itself', () => {
  it('stands beside an event that is not as wanted, apart from the fact', () => {
    const failed = reasonsOf('uki').filter(({ passed, untrustedHint }) => !passed && untrustedHint !== undefined)
    expect(failed.map(({ code }) => code)).to.include('component/digest')
    for (const { fact, untrustedHint = '' } of failed) {
      expect(untrustedHint).to.match(/^EV_[A-Z0-9_]+: [\x20-\x7e]*$/)
      expect(fact).to.not.contain('EV_')
    }
  })

  it('is left out where everything is as wanted', () => {
    expect(reasonsOf('uki-secureboot').filter(({ untrustedHint }) => untrustedHint !== undefined)).to.deep.equal([])
  })
})

describe('what a fact rests on', () => {
  it('is known of every rule, of policies and of the server', () => {
    for (const code of [...Object.keys(reasonCodes), ...Object.keys(serverReasonCodes)])
      expect(basisOf(code), code).to.be.oneOf(['measured', 'quoted', 'vouched', 'recorded', 'asked'])
    expect(basisOf('component/of-another-version')).to.equal(undefined)
    expect(basisOf('toString')).to.equal(undefined)
  })

  it('is a digest for components, a signature for values of PCRs, and the server for its own records', () => {
    expect(
      ['component/text', 'pcr/value', 'evidence/verified', 'machine/state', 'release/volume'].map(basisOf),
    ).to.deep.equal(['measured', 'quoted', 'quoted', 'recorded', 'asked'])
  })
})
