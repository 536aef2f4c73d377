import { expect } from 'chai'
import { rsaPublicKeyDer } from '../../../../../agent/vtpm/keys/der.ts'
import { type Power, PowerThreads } from '../../../../../agent/vtpm/keys/power-threads.ts'
import { bigIntToBytes } from '../../../../../core/bytes/index.ts'

const size = 64
/** 2^512 - 569, a prime that is 3 modulo 4. */
const prime = 2n ** 512n - 569n

const round = (value: bigint): Power => ({
  key: rsaPublicKeyDer(value, (value - 1n) / 2n),
  base: bigIntToBytes(3n, size),
  minusOne: bigIntToBytes(value - 1n, size),
})

describe('threads that exponentiate', () => {
  const threads = new PowerThreads(1)

  it('find the first number that passes its round, or that fails it', async () => {
    expect(await threads.first([round(prime - 4n), round(prime)], true)).to.equal(1)
    expect(await threads.first([round(prime), round(prime - 4n)], false)).to.equal(1)
    expect(await threads.first([round(prime)], false)).to.equal(-1)
  })

  it('leave nothing of a candidate behind', async () => {
    const powers = [round(prime - 4n), round(prime)]
    await threads.first(powers, true)
    for (const power of powers)
      for (const bytes of Object.values(power) as Uint8Array[]) expect(bytes.every((byte) => byte === 0)).to.equal(true)
  })
})
