import { expect } from 'chai'
import { ClockSet, named, passwordSession, ReadClock, RH } from '../../../../../core/tpm/index.ts'
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
