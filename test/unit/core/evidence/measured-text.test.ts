import { expect } from 'chai'
import { measuredText } from '../../../../core/evidence/measured-text.ts'
import { type MeasuredEvent } from '../../../../core/evidence/measured-event.ts'
import { encodeUtf16, EV } from '../../../../core/eventlog/index.ts'
import { ALG, digest } from '../../../../core/tpm/index.ts'

const ascii = (text: string) => new TextEncoder().encode(text)
const measured = (digests: readonly (readonly [hash: number, bytes: Uint8Array])[]): MeasuredEvent => ({
  log: 'firmware',
  index: 1,
  pcr: 8,
  untrustedType: EV.IPL,
  untrustedData: new Uint8Array(),
  digests: new Map(digests.map(([hash, bytes]) => [hash, digest(hash, bytes)])),
})

describe('measuredText', () => {
  it('finds a claimed text in each form that loaders hash, in any of the lists', () => {
    for (const form of [ascii('a b'), ascii('a b\0'), ascii('a b\n'), encodeUtf16('a b\0'), encodeUtf16('a b ')])
      expect(measuredText(measured([[ALG.sha256, form]]), ['other'], ['x', 'a b'])).to.equal('a b')
    expect(measuredText(measured([[ALG.sha256, ascii('a b')]]), ['other'])).to.equal(undefined)
  })

  it('asks every bank for the same text in the same form', () => {
    const event = (sha384: Uint8Array) =>
      measured([
        [ALG.sha256, ascii('a b')],
        [ALG.sha384, sha384],
      ])
    expect(measuredText(event(ascii('a b')), ['a b', 'c'])).to.equal('a b')
    expect(measuredText(event(ascii('c')), ['a b', 'c'])).to.equal(undefined)
    expect(measuredText(event(encodeUtf16('a b')), ['a b', 'c'])).to.equal(undefined)
  })

  it('reads what an event says of itself, if that is what was measured', () => {
    const says = (text: Uint8Array, bytes: Uint8Array) => ({ ...measured([[ALG.sha256, bytes]]), untrustedData: text })
    expect(measuredText(says(ascii('kernel_cmdline: a b\0'), ascii('a b')))).to.equal('a b')
    expect(measuredText(says(encodeUtf16('a b'), encodeUtf16('a b\0')))).to.equal('a b')
    expect(measuredText(says(ascii('a b'), ascii('a c')), ['a c'])).to.equal('a c')
    expect(measuredText(says(ascii('a b'), ascii('a c')))).to.equal(undefined)
    expect(measuredText(says(ascii('é'), ascii('é')))).to.equal(undefined)
    expect(measuredText(says(ascii('a b'), ascii('a b')), ['other'])).to.equal('a b')
  })

  it('takes an event without digests for none', () => {
    expect(measuredText(measured([]), ['a b'])).to.equal(undefined)
    expect(measuredText({ ...measured([]), untrustedData: ascii('a b') })).to.equal(undefined)
  })

  it('reads no text that has more than one reading', () => {
    expect(measuredText(measured([[ALG.sha256, ascii('é')]]), ['é'])).to.equal(undefined)
  })

  it('hashes claims once for a log as long as a log may be', () => {
    const claims = Array.from({ length: 8 }, (_, at) => at.toString().repeat(4096))
    const events = Array.from({ length: 20_000 }, () => measured([[ALG.sha256, ascii('none of them')]]))
    expect(events.map((event) => measuredText(event, claims)).filter((text) => text !== undefined)).to.have.length(0)
  })
})
