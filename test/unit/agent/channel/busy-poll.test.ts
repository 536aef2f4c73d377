import { expect } from 'chai'
import { BusyPoll } from '../../../../agent/channel/busy-poll.ts'

/** An event loop by hand, in which each look takes a sixteenth of a millisecond. */
class Loop {
  nowMs = 0
  looks = 0
  readonly poll = new BusyPoll({
    now: () => this.nowMs,
    soon: (run) => this.#due.push(run),
  })
  readonly #due: (() => void)[] = []

  /** The loop goes round until it would sleep. */
  untilAsleep(): number {
    const before = this.looks
    while (this.turn());
    return this.looks - before
  }
  turn(): boolean {
    const run = this.#due.shift()
    if (run === undefined) return false
    expect(this.#due, 'looks at the same time').to.have.length(0)
    this.looks += 1
    this.nowMs += 1 / 16
    run()
    return true
  }
  /** A command whose client needs longer than the loop stays awake. */
  slowCommand(): number {
    this.poll.arrived()
    this.poll.answered()
    return this.untilAsleep()
  }
  slowCommands(count: number): number {
    return Array.from({ length: count }, () => this.slowCommand()).reduce((sum, looks) => sum + looks, 0)
  }
}

describe('busy polling', () => {
  it('looks for the next command for a moment after an answer, then lets the loop sleep', () => {
    const loop = new Loop()
    expect(loop.untilAsleep()).to.equal(0)
    expect(loop.slowCommand()).to.equal(4)
    expect(loop.untilAsleep()).to.equal(0)
  })

  it('looks once at a time while commands follow each other, and counts from the last answer', () => {
    const loop = new Loop()
    loop.poll.answered()
    for (let command = 0; command < 1000; command++) {
      expect(loop.turn()).to.equal(true)
      loop.poll.arrived()
      loop.poll.answered()
    }
    expect(loop.untilAsleep()).to.equal(4)
  })

  it('does not look while a command runs', () => {
    const loop = new Loop()
    loop.poll.answered()
    loop.turn()
    loop.poll.arrived()
    expect(loop.untilAsleep()).to.equal(1)
  })

  it('rests where the next command always comes later: ever longer, and no longer than for 4096 answers', () => {
    const loop = new Loop()
    expect(loop.slowCommands(4)).to.equal(16)
    for (const answers of [64, 128, 256, 512, 1024, 2048, 4096, 4096, 4096]) {
      expect(loop.slowCommands(answers), `after a rest of ${answers}`).to.equal(0)
      expect(loop.slowCommand(), `after a rest of ${answers}`).to.equal(4)
    }
  })

  it('is as awake as at first once a command came while it looked', () => {
    const loop = new Loop()
    loop.slowCommands(4 + 64 + 1 + 128)
    loop.poll.answered()
    loop.turn()
    loop.poll.arrived()
    loop.untilAsleep()
    expect(loop.slowCommands(4)).to.equal(16)
    expect(loop.slowCommands(64)).to.equal(0)
    expect(loop.slowCommand()).to.equal(4)
  })
})
