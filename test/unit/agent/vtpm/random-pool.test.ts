import { expect } from 'chai'
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { pooledNonces, systemRandom } from '../../../../agent/vtpm/random-pool.ts'
import { toHex } from '../../../../core/bytes/index.ts'
import type { Random } from '../../../../core/tpm/index.ts'

describe('random bytes', () => {
  it('gives as many bytes as asked for', () => {
    for (const size of [0, 1, 16, 32, 33, 64, 65, 512]) expect(pooledNonces.draw(size)).to.have.length(size)
  })
  it('never gives the same bytes twice, also where the pool is filled anew', () => {
    const drawn = Array.from({ length: 1000 }, () => toHex(pooledNonces.draw(32)))
    expect(new Set(drawn)).to.have.length(drawn.length)
    expect(drawn).to.not.include('00'.repeat(32))
  })
  it('gives bytes of their own', () => {
    const [first, second] = [pooledNonces.draw(16), pooledNonces.draw(16)]
    const before = toHex(second)
    first.fill(0)
    expect(toHex(second)).to.equal(before)
    expect(first.buffer).to.not.equal(second.buffer)
  })
  it('draws secrets when they are asked for, and no nonce then', () => {
    const { randomFillSync } = crypto
    const sizes: number[] = []
    const recording = (bytes: Uint8Array): Uint8Array => {
      sizes.push(bytes.length)
      return randomFillSync(bytes)
    }
    crypto.randomFillSync = recording as typeof randomFillSync
    syncBuiltinESMExports()
    try {
      for (const size of [16, 32, 64]) systemRandom(size)
      for (const size of [16, 32, 64]) pooledNonces.draw(size)
    } finally {
      crypto.randomFillSync = randomFillSync
      syncBuiltinESMExports()
    }
    expect(sizes.slice(0, 3)).to.deep.equal([16, 32, 64])
    expect(sizes.slice(3).every((size) => size > 64)).to.equal(true)
  })
  it('is not taken where secrets are made', () => {
    // @ts-expect-error -- a nonce source is no Random: this is what keeps secrets out of the pool
    const random: Random = pooledNonces
    expect(random).to.not.be.a('function')
  })
})
