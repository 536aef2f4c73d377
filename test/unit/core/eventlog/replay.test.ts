import { expect } from 'chai'
import { toHex } from '../../../../core/bytes/index.ts'
import { digestAlgorithm, parseEventLog, replay, writeEventLog } from '../../../../core/eventlog/index.ts'
import { bootNames, recordedLog, recordedPcrs } from '../../../vectors/vectors.ts'

/** The kernel extends PCR 10 (IMA) after the firmware's log has ended. */
const imaPcr = 10

describe('the log of a recorded boot', () => {
  for (const name of bootNames) {
    it(`explains every PCR but IMA's: ${name}`, () => {
      const banks = replay(parseEventLog(recordedLog(name)))
      const recorded = recordedPcrs(name)
      const replayed = Object.fromEntries(
        [...banks].map(([id, bank]) => [
          digestAlgorithm(id)?.name ?? '',
          Object.fromEntries([...bank].map(([pcr, value]) => [String(pcr), toHex(value)])),
        ]),
      )

      expect(Object.keys(replayed)).to.deep.equal(['sha1', 'sha256', 'sha384', 'sha512'])
      for (const [bank, values] of Object.entries(replayed)) {
        expect({ ...values, [imaPcr]: '' }).to.deep.equal({ ...recorded[bank], [imaPcr]: '' })
      }
    })

    it(`is written back byte for byte: ${name}`, () => {
      expect(writeEventLog(parseEventLog(recordedLog(name)))).to.deep.equal(recordedLog(name))
    })
  }
})
