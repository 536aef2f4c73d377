import { expect } from 'chai'
import { ClockRateAdjust, ClockSet, named, passwordSession, ReadClock, RH } from '../../../../../core/tpm/index.ts'
import { hierarchies } from '../../../../conformance/hierarchies.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'
import { Bench } from '../bench.ts'

describe('hierarchies', () => {
  hierarchies(aloneOnBench)
})

describe('ClockSet', () => {
  it('moves the clock, which runs on, and not the time', async () => {
    const bench = await Bench.started()
    bench.nowMs += 500
    await bench.client.run(ClockSet, { auth: { ...named(RH.owner), auth: passwordSession() } }, { newTime: 1_000_000n })
    bench.nowMs += 250
    const { currentTime } = await bench.client.run(ReadClock, {}, {})
    expect(currentTime.clockInfo.clock).to.equal(1_000_250n)
    expect(currentTime.time).to.equal(750n)
  })
})

describe('ClockRateAdjust', () => {
  const auth = { ...named(RH.owner), auth: passwordSession() }
  const limits = [
    { name: 'faster', rateAdjust: 3, expected: 1_200n },
    { name: 'slower', rateAdjust: 0xfd, expected: 857n },
  ]
  for (const { name, rateAdjust, expected } of limits) {
    it(`makes time run ${name}, to a limit`, async () => {
      const bench = await Bench.started()
      for (let i = 0; i < 20; i++) await bench.client.run(ClockRateAdjust, { auth }, { rateAdjust })
      bench.nowMs += 1000
      const { currentTime } = await bench.client.run(ReadClock, {}, {})
      expect(currentTime.time).to.equal(expected)
    })
  }
})
