import { expect } from 'chai'
import { digestAlgorithm, extended, resetValue } from '../../../../core/eventlog/index.ts'
import { capMeasurement, isCapped } from '../../../../core/evidence/cap.ts'
import { type MeasuredEvent } from '../../../../core/evidence/index.ts'
import { type QuotedPcrs } from '../../../../core/evidence/quoted-pcrs.ts'
import { ALG, digest } from '../../../../core/tpm/index.ts'

const hashes = [ALG.sha256, ALG.sha384] as const
const eventOf = (data: Uint8Array): MeasuredEvent => ({
  log: 'userspace',
  index: 0,
  pcr: 15,
  untrustedType: 0,
  digests: new Map(hashes.map((hash) => [hash, digest(hash, data)])),
  untrustedData: data,
})
const other = eventOf(new TextEncoder().encode('another'))
const cap = eventOf(capMeasurement)
const reset = (hash: number) => resetValue(15, digestAlgorithm(hash)!.digestSize)
const capped = (hash: number) => extended(digestAlgorithm(hash)!, reset(hash), digest(hash, capMeasurement))
const seen = (
  values: readonly (readonly [hash: number, pcr: number, value: Uint8Array])[],
  ...events: MeasuredEvent[]
) => {
  const banks = new Map(values.map(([hash, pcr, value]) => [hash, new Map([[pcr, value]])]))
  return isCapped({ banks } as unknown as QuotedPcrs, { eventsByPcr: new Map([[15, events]]) })
}

describe('the cap', () => {
  it('is not there where nothing was measured, or something else', () => {
    expect(seen([])).to.equal(false)
    expect(seen(hashes.map((hash) => [hash, 15, reset(hash)]))).to.equal(false)
    expect(seen([[ALG.sha256, 15, new Uint8Array(32).fill(9)]], other)).to.equal(false)
  })
  it('is seen among other events, wherever it stands', () => {
    const unknown = [[ALG.sha256, 15, new Uint8Array(32).fill(9)]] as const
    for (const events of [[cap], [other, cap], [cap, other]]) expect(seen(unknown, ...events)).to.equal(true)
  })
  it('is seen by its value where no log tells of it, in any bank', () => {
    for (const hash of hashes) expect(seen([[hash, 15, capped(hash)]])).to.equal(true)
    expect(
      seen([
        [ALG.sha256, 15, reset(ALG.sha256)],
        [ALG.sha384, 15, capped(ALG.sha384)],
      ]),
    ).to.equal(true)
  })
  it('is not what another PCR or another bank holds', () => {
    expect(seen([[ALG.sha256, 14, capped(ALG.sha256)]])).to.equal(false)
    expect(seen([[0x7fff, 15, capped(ALG.sha256)]])).to.equal(false)
  })
})
