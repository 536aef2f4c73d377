import { expect } from 'chai'
import { PrimePool } from '../../../../../agent/vtpm/keys/prime-pool.ts'

/** Primes that come when the test says so. */
class Maker {
  readonly asked: number[] = []
  readonly #waiting: ((prime: Uint8Array) => void)[] = []
  readonly make = (bits: number): Promise<Uint8Array> => {
    this.asked.push(bits)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
  async finish(): Promise<void> {
    this.#waiting.shift()?.(Uint8Array.of(this.asked.length))
    await new Promise(setImmediate)
  }
}

describe('a pool of primes', () => {
  let maker: Maker
  let pool: PrimePool

  /** A span of time without a command. */
  const quiet = (): void => {
    pool.tick()
    pool.tick()
  }

  beforeEach(() => {
    maker = new Maker()
    pool = new PrimePool(2, maker.make)
  })

  it('makes nothing before a span without a command has passed', () => {
    pool.tick()
    expect(maker.asked).to.deep.equal([])
    for (let span = 0; span < 3; span++) {
      pool.noteCommand()
      pool.tick()
    }
    expect(maker.asked).to.deep.equal([])
    pool.tick()
    expect(maker.asked).to.deep.equal([1024])
  })

  it('makes one prime at a time, until there are enough', async () => {
    quiet()
    quiet()
    expect(maker.asked).to.have.length(1)
    await maker.finish()
    expect(maker.asked).to.have.length(2)
    await maker.finish()
    quiet()
    expect(maker.asked).to.have.length(2)
    expect(pool.ready).to.equal(2)
  })

  it('begins none after a command, but keeps the one that was begun', async () => {
    quiet()
    pool.noteCommand()
    await maker.finish()
    expect(maker.asked).to.have.length(1)
    expect(pool.ready).to.equal(1)
    quiet()
    expect(maker.asked).to.have.length(2)
  })

  it('hands each prime out once', async () => {
    quiet()
    await maker.finish()
    await maker.finish()
    const taken = [pool.take(1024), pool.take(1024), pool.take(1024)]
    expect(taken.map((prime) => prime?.[0])).to.deep.equal([2, 1, undefined])
  })

  it('stocks another size once one was asked for', async () => {
    expect(pool.take(2048)).to.equal(undefined)
    quiet()
    for (let made = 0; made < 4; made++) await maker.finish()
    expect(maker.asked).to.deep.equal([1024, 1024, 2048, 2048])
    expect(pool.take(2048)).to.have.length(1)
  })

  it('goes on after a prime that failed', async () => {
    let fails = true
    const made = new PrimePool(1, (bits) => (fails ? Promise.reject(new Error('no entropy')) : maker.make(bits)))
    for (let span = 0; span < 2; span++) made.tick()
    await new Promise(setImmediate)
    fails = false
    made.tick()
    await maker.finish()
    expect(made.ready).to.equal(1)
  })
})
