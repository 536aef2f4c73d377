import { expect } from 'chai'
import { Ended, untilEnded } from '../../../../agent/unlock/until-ended.ts'

describe('work that somebody may end', () => {
  const never = () => new Promise<never>(() => undefined)
  const listeners = () => (['SIGTERM', 'SIGINT', 'SIGHUP'] as const).map((signal) => process.listenerCount(signal))

  it('gives what it gives, and leaves nothing behind', async () => {
    const before = listeners()
    expect(await untilEnded(() => Promise.resolve(7))).to.equal(7)
    expect(listeners()).to.deep.equal(before)
  })

  it('is over at the first signal, which is carried out afterwards', async () => {
    const before = listeners()
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      const waiting = untilEnded(never).catch((error: unknown) => error)
      process.emit(signal)
      const ended = (await waiting) as Ended
      expect(ended).to.be.instanceOf(Ended).and.include({ signal })
      const carriedOut = new Promise((resolve) => process.once(signal, resolve))
      ended.carryOut()
      expect(await carriedOut).to.equal(signal)
    }
    expect(listeners()).to.deep.equal(before)
  })
})
