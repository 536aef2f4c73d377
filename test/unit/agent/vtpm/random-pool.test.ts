import { expect } from 'chai'
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { pooledRandom } from '../../../../agent/vtpm/random-pool.ts'
import { toHex } from '../../../../core/bytes/index.ts'

describe('pooled randomness', () => {
  it('gives as many bytes as asked for', () => {
    for (const size of [0, 1, 16, 32, 33, 64, 65, 512]) expect(pooledRandom(size)).to.have.length(size)
  })
  it('never gives the same bytes twice, also where the pool is filled anew', () => {
    const drawn = Array.from({ length: 1000 }, () => toHex(pooledRandom(32)))
    expect(new Set(drawn)).to.have.length(drawn.length)
    expect(drawn).to.not.include('00'.repeat(32))
  })
  it('gives bytes of their own', () => {
    const [first, second] = [pooledRandom(16), pooledRandom(16)]
    const before = toHex(second)
    first.fill(0)
    expect(toHex(second)).to.equal(before)
    expect(first.buffer).to.not.equal(second.buffer)
  })
  it('draws what keys and signatures are made of when it is asked for', () => {
    const { randomFillSync } = crypto
    const sizes: number[] = []
    const recording = (bytes: Uint8Array): Uint8Array => {
      sizes.push(bytes.length)
      return randomFillSync(bytes)
    }
    crypto.randomFillSync = recording as typeof randomFillSync
    syncBuiltinESMExports()
    try {
      for (const size of [40, 64, 32]) pooledRandom(size)
    } finally {
      crypto.randomFillSync = randomFillSync
      syncBuiltinESMExports()
    }
    expect(sizes.slice(0, 2)).to.deep.equal([40, 64])
    expect(sizes.slice(2)).to.not.include(32)
  })
})
