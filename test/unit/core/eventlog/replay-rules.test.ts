import { expect } from 'chai'
import { concat, toHex } from '../../../../core/bytes/index.ts'
import {
  coveredBanks,
  encodeStartupLocality,
  EV,
  EventLogError,
  parseEventLog,
  parseUserspaceLog,
  replay,
  writeEventLog,
} from '../../../../core/eventlog/index.ts'
import { bank, type Given, hashOf, logOf } from './log-builder.ts'

const sha256 = bank('sha256').id

function pcrAfter(given: readonly Given[], pcr: number): string {
  const banks = replay(parseEventLog(writeEventLog(logOf(['sha256'], given))))
  return toHex(banks.get(sha256)?.get(pcr) ?? new Uint8Array())
}
function extendedOnce(start: Uint8Array, data: string): string {
  return toHex(hashOf('sha256', concat(start, hashOf('sha256', new TextEncoder().encode(data)))))
}
const zeros = new Uint8Array(32)
const ones = new Uint8Array(32).fill(0xff)
const startedAt = (locality: number): Uint8Array => Uint8Array.from(zeros, (_, i) => (i === 31 ? locality : 0))
const said = (data: Uint8Array): Given => ({ pcr: 0, type: EV.NO_ACTION, data })
const measured: Given = { pcr: 0, type: EV.S_CRTM_VERSION, data: 'crtm' }

describe('replay', () => {
  it('starts PCRs 0 to 16 and 23 at zero, 17 to 22 at ones', () => {
    const log = [measured]
    for (const pcr of [1, 10, 16, 23]) expect(pcrAfter(log, pcr)).to.equal(toHex(zeros))
    for (const pcr of [17, 18, 19, 20, 21, 22]) expect(pcrAfter(log, pcr)).to.equal(toHex(ones))
    expect(pcrAfter([{ pcr: 17, type: EV.IPL, data: 'x' }], 17)).to.equal(extendedOnce(ones, 'x'))
  })

  it('does not extend by EV_NO_ACTION', () => {
    expect(pcrAfter([measured, { pcr: 0, type: EV.NO_ACTION, data: 'anything' }], 0)).to.equal(
      extendedOnce(zeros, 'crtm'),
    )
  })

  for (const locality of [0, 3, 4]) {
    it(`starts PCR 0 as at locality ${locality} where the log says so`, () => {
      expect(pcrAfter([said(encodeStartupLocality(locality)), measured], 0)).to.equal(
        extendedOnce(startedAt(locality), 'crtm'),
      )
      expect(pcrAfter([measured, said(encodeStartupLocality(locality))], 0)).to.equal(
        extendedOnce(startedAt(locality), 'crtm'),
      )
    })
  }

  it('leaves other PCRs than 0 alone at locality 3', () => {
    expect(pcrAfter([said(encodeStartupLocality(3))], 1)).to.equal(toHex(zeros))
  })

  it('starts PCR 0 as at locality 4 after an H-CRTM that the log says nothing else of', () => {
    expect(pcrAfter([{ pcr: 0, type: EV.EFI_HCRTM_EVENT, data: 'HCRTM' }], 0)).to.equal(
      extendedOnce(startedAt(4), 'HCRTM'),
    )
  })

  it('takes the same start-up locality said twice', () => {
    const log = [said(encodeStartupLocality(3)), said(encodeStartupLocality(3)), measured]
    expect(pcrAfter(log, 0)).to.equal(extendedOnce(startedAt(3), 'crtm'))
  })

  const unclear = [
    { name: 'two localities', given: [said(encodeStartupLocality(3)), said(encodeStartupLocality(0))] },
    { name: 'locality 1', given: [said(encodeStartupLocality(1))] },
    { name: 'no locality', given: [said(encodeStartupLocality(3).slice(0, -1))] },
    { name: 'a locality with something behind it', given: [said(Uint8Array.of(...encodeStartupLocality(3), 0))] },
  ]
  for (const { name, given } of unclear) {
    it(`refuses a StartupLocality with ${name}`, () => {
      expect(() => pcrAfter([...given, measured], 0))
        .to.throw(EventLogError)
        .with.property('problem', 'startup-locality')
    })
  }

  it('leaves a PCR out of a bank that one of its events has no digest of', () => {
    const log = logOf(['sha1', 'sha256'], [measured, { ...measured, pcr: 5 }, { ...measured, banks: ['sha256'] }])
    const banks = replay(log)
    expect(banks.get(bank('sha1').id)?.has(0)).to.equal(false)
    expect(banks.get(bank('sha1').id)?.has(5)).to.equal(true)
    expect(banks.get(sha256)?.size).to.equal(24)
    expect(coveredBanks(log).map(({ id }) => id)).to.deep.equal([sha256])
  })

  it('leaves out a bank that the header names and no event extends', () => {
    const log = logOf(['sha1', 'sha256'], [{ ...measured, banks: ['sha256'] }])
    expect([...replay(log).keys()]).to.deep.equal([sha256])
  })

  it('replays the banks of other TPMs', () => {
    const log = logOf(['sm3_256', 'sha3_384'], [measured])
    for (const name of ['sm3_256', 'sha3_384']) {
      const start = new Uint8Array(bank(name).digestSize)
      const expected = hashOf(name, concat(start, hashOf(name, new TextEncoder().encode('crtm'))))
      expect(replay(log).get(bank(name).id)?.get(0)).to.deep.equal(expected)
    }
  })

  it('extends by the userspace log after the firmware’s', () => {
    const digest = toHex(hashOf('sha256', new TextEncoder().encode('enter-initrd')))
    const record = { pcr: 11, digests: [{ hashAlg: 'sha256', digest }], content_type: 'systemd', content: {} }
    const userspace = parseUserspaceLog(new TextEncoder().encode(`\u001e${JSON.stringify(record)}\n`))
    expect(
      toHex(
        replay(logOf(['sha256'], [measured]), userspace)
          .get(sha256)
          ?.get(11) ?? zeros,
      ),
    ).to.equal(extendedOnce(zeros, 'enter-initrd'))
  })
})
