import { expect } from 'chai'
import { toHex } from '../../../../core/bytes/index.ts'
import {
  digestAlgorithm,
  digestAlgorithmNamed,
  parseEventLog,
  replay,
  specIdFor,
  writeEventLog,
} from '../../../../core/eventlog/index.ts'
import { bootNames, recordedLog, recordedPcrs } from '../../../vectors/vectors.ts'

/** The kernel extends PCR 10 (IMA) after the firmware's log has ended. */
const imaPcr = 10

/** The same boot as a machine with one bank logs it: legacy for SHA-1, crypto-agile for any other. */
function inOneBank(bytes: Uint8Array, name: string): Uint8Array {
  const { id, digestSize } = digestAlgorithmNamed(name)!
  const algorithms = [{ id, digestSize }]
  const events = parseEventLog(bytes).events.map((event) => ({
    ...event,
    digests: new Map([[id, event.digests.get(id)!]]),
  }))
  return name === 'sha1'
    ? writeEventLog({ kind: 'legacy', algorithms, events })
    : writeEventLog({ kind: 'crypto-agile', specId: specIdFor(algorithms), algorithms, events })
}

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

    for (const bank of ['sha1', 'sha256']) {
      it(`explains the PCRs of one bank alone: ${name}, ${bank}`, () => {
        const log = parseEventLog(inOneBank(recordedLog(name), bank))
        expect(log.kind).to.equal(bank === 'sha1' ? 'legacy' : 'crypto-agile')
        const [[id, values] = [], ...others] = [...replay(log)]
        expect({ name: digestAlgorithm(id!)?.name, others }).to.deep.equal({ name: bank, others: [] })
        for (const [pcr, value] of values!) {
          if (pcr !== imaPcr) expect(toHex(value), `PCR ${pcr}`).to.equal(recordedPcrs(name)[bank]![String(pcr)])
        }
      })
    }

    it(`is written back byte for byte: ${name}`, () => {
      expect(writeEventLog(parseEventLog(recordedLog(name)))).to.deep.equal(recordedLog(name))
    })
  }
})
