import { expect } from 'chai'
import { Share, Turns } from '../../../../agent/host/share.ts'

describe('the share of a TPM', () => {
  let nowMs: number
  let turns: Turns
  const clock = (): number => nowMs
  const unlimited = { commandsPerSecond: 0 }

  beforeEach(() => {
    nowMs = 0
    turns = new Turns()
  })

  /** Runs commands of a fixed cost until the TPM has to wait; how many those are. */
  function spree(share: Share, costMs: number): number {
    for (let commands = 0; ; commands++) {
      if (share.wait() !== undefined) return commands
      share.spend(() => (nowMs += costMs))
    }
  }

  it('is a part of each turn of the event loop, for cheap commands and for dear ones', () => {
    expect(spree(new Share(turns, clock, unlimited), 0.1)).to.equal(5)
    expect(spree(new Share(turns, clock, unlimited), 20)).to.equal(1)
  })

  it('is whole again in the next turn, and what it takes does not shorten that of others', async () => {
    const [one, other] = [new Share(turns, clock, unlimited), new Share(turns, clock, unlimited)]
    one.spend(() => (nowMs += 3))
    const wait = one.wait()
    expect(other.wait()).to.equal(undefined)
    expect(spree(other, 0.25)).to.equal(2)
    await wait
    expect(spree(one, 0.25)).to.equal(2)
  })

  it('gives all who wait the same turn', () => {
    const waits = [1, 2, 3].map(() => {
      const share = new Share(turns, clock, unlimited)
      share.spend(() => (nowMs += 1))
      return share.wait()
    })
    expect(new Set(waits).size).to.equal(1)
  })

  it('is spent by a command that fails, too', () => {
    const share = new Share(turns, clock, unlimited)
    const failing = (): never => {
      nowMs += 1
      throw new Error('bad')
    }
    expect(() => share.spend(failing)).to.throw('bad')
    expect(share.wait()).to.not.equal(undefined)
  })

  it('is so many commands a second, where that is said', () => {
    const share = new Share(turns, clock, { commandsPerSecond: 4 })
    expect(spree(share, 0)).to.equal(4)
    nowMs += 250
    expect(spree(share, 0)).to.equal(1)
    nowMs += 60_000
    expect(spree(share, 0)).to.equal(4)
  })
})
