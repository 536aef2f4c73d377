import { expect } from 'chai'
import { toHex } from '../../../../core/bytes/index.ts'
import { digestAlgorithm, extended } from '../../../../core/eventlog/index.ts'
import { verifyEvidence, type RequestCore } from '../../../../core/evidence/index.ts'
import { ALG, digest } from '../../../../core/tpm/index.ts'
import { Attester } from '../../../../agent/boot/simulate/attester.ts'
import { recordedRequest } from '../../../fakes/attester-request.ts'

const attester = new Attester()
const phase = digest(ALG.sha256, new TextEncoder().encode('enter-initrd'))
const record = {
  recnum: 0,
  pcr: 11,
  digests: [{ hashAlg: 'sha256', digest: toHex(phase) }],
  content_type: 'systemd',
  content: { event_type: 'phase', string: 'enter-initrd' },
}

/** A boot whose initrd measured that it was entered. */
function entered(userspaceLog: string): RequestCore {
  const request = recordedRequest('uki')
  const algorithm = digestAlgorithm(ALG.sha256)
  const bank = new Map(request.pcrs.get(ALG.sha256))
  const before = bank.get(11)
  if (algorithm === undefined || before === undefined) throw new TypeError('the recording has no PCR 11')
  bank.set(11, extended(algorithm, before, phase))
  return { ...request, pcrs: new Map([[ALG.sha256, bank]]), userspaceLog: new TextEncoder().encode(userspaceLog) }
}
const verified = (log: string) => verifyEvidence(attester.expectation(), attester.attest(entered(log)))

describe('evidence with a userspace log', () => {
  for (const [name, log] of [
    ['as systemd writes it', `\u001e${JSON.stringify({ ...record, recnum: undefined })}\n`],
    ['in CEL-JSON', JSON.stringify([record])],
  ] as const)
    it(`tells the phase of the boot by its digest: ${name}`, () => {
      const { boot, log: replayed } = verified(log)
      expect([...replayed.unexplained]).to.deep.equal([])
      expect(boot.phases.map(({ phase: told }) => told)).to.deep.equal(['enter-initrd'])
    })

  it('leaves the PCR unexplained where the log has another digest', () => {
    const other = { ...record, digests: [{ hashAlg: 'sha256', digest: 'ab'.repeat(32) }] }
    expect([...verified(JSON.stringify([other])).log.unexplained]).to.deep.equal([11])
  })
})
