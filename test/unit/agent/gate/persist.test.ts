import { expect } from 'chai'
import { GateError, persist, type Clock } from '../../../../agent/gate/index.ts'

class CountingClock implements Clock {
  ms = 0
  readonly pauses: number[] = []
  now(): number {
    return this.ms
  }
  sleep(ms: number): Promise<void> {
    this.pauses.push(ms)
    this.ms += ms
    return Promise.resolve()
  }
}

const unreachable = () => new GateError('unreachable', 'nobody there')

describe('persist', () => {
  it('tries again with growing pauses until there is an answer', async () => {
    const clock = new CountingClock()
    const told: string[] = []
    let left = 3
    const attempt = () => (left-- > 0 ? Promise.reject(unreachable()) : Promise.resolve('answer'))
    const answer = await persist(clock, 60_000, attempt, ({ message }) => told.push(message))
    expect(answer).to.equal('answer')
    expect(clock.pauses).to.deep.equal([250, 500, 1000])
    expect(told).to.have.length(3)
  })

  it('gives up at the deadline, with the reason', async () => {
    const clock = new CountingClock()
    const ended: unknown = await persist(clock, 3000, () => Promise.reject(unreachable())).catch(
      (reason: unknown) => reason,
    )
    expect(ended).to.be.instanceOf(GateError).with.property('problem', 'unreachable')
    expect(clock.ms).to.be.below(3000)
  })

  it('never pauses longer than ten seconds', async () => {
    const clock = new CountingClock()
    await persist(clock, 120_000, () => Promise.reject(unreachable())).catch(() => undefined)
    expect(Math.max(...clock.pauses)).to.equal(10_000)
  })

  for (const error of [new GateError('refused', 'no'), new TypeError('ours')]) {
    it(`does not try again after a ${error.name} that says ${error.message}`, async () => {
      const clock = new CountingClock()
      const ended: unknown = await persist(clock, 60_000, () => Promise.reject(error)).catch(
        (reason: unknown) => reason,
      )
      expect(ended).to.equal(error)
      expect(clock.pauses).to.deep.equal([])
    })
  }
})
