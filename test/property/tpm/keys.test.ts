import { expect } from 'chai'
import { checkPrimeSync, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import { SeededStream } from '../../../agent/vtpm/keys/byte-stream.ts'
import { rsaPrivateKeyDer } from '../../../agent/vtpm/keys/der.ts'
import { deriveEccKey, publicPointOf } from '../../../agent/vtpm/keys/derive-key.ts'
import { RsaWorkshop } from '../../../agent/vtpm/keys/rsa-work.ts'
import { bigIntToBytes, byteLength, bytesToBigInt, inverse, toHex } from '../../../core/bytes/index.ts'
import { curves } from '../../../core/tpm/index.ts'

const none = new Uint8Array(0)
const work = new RsaWorkshop()
const stream = (seed: number) =>
  new SeededStream({ seed: new Uint8Array(64).fill(seed), label: 'test', contextU: none, contextV: none })

describe('keys from a seed', () => {
  it('RSA: are the same each time, of two primes, and sign', async () => {
    for (const [bits, seed] of [
      [1024, 1],
      [1024, 2],
      [2048, 3],
    ] as const) {
      const key = await work.derive(bits, 65537, stream(seed))
      expect(await work.derive(bits, 65537, stream(seed))).to.deep.equal(key)
      const [n, p] = [bytesToBigInt(key.modulus), bytesToBigInt(key.prime)]
      expect(n.toString(2)).to.have.length(bits)
      expect(n % p).to.equal(0n)
      expect(checkPrimeSync(p) && checkPrimeSync(n / p)).to.equal(true)
      const der = Buffer.from(rsaPrivateKeyDer(key.modulus, key.prime, 65537n))
      const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs1' })
      const signature = sign('sha256', none, privateKey)
      expect(verify('sha256', none, createPublicKey(privateKey), signature)).to.equal(true)
    }
  })

  it('ECC: lie on their curve, whatever the seed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...curves), fc.integer({ min: 0, max: 255 }), (curve, seed) => {
        const { d, x, y } = deriveEccKey(curve.id, stream(seed).read)
        expect(bytesToBigInt(d) > 0n && bytesToBigInt(d) < curve.order).to.equal(true)
        expect(publicPointOf(curve.id, d)).to.deep.equal({ x, y })
        expect(x).to.have.length(curve.coordinateBytes)
      }),
      { numRuns: 50 },
    )
  })
  it('come from a stream that does not depend on how it is read', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 6 }), (sizes) => {
        const total = sizes.reduce((sum, size) => sum + size, 0)
        const read = stream(7).read
        const pieces = sizes.map((size) => toHex(read(size))).join('')
        expect(pieces).to.equal(toHex(stream(7).read(total)))
      }),
    )
  })
})

describe('big integers', () => {
  const value = fc.bigInt({ min: 0n, max: 2n ** 521n })
  it('are bytes and back', () => {
    fc.assert(fc.property(value, (each) => bytesToBigInt(bigIntToBytes(each, 66)) === each))
    fc.assert(fc.property(value, (each) => bigIntToBytes(each, byteLength(each)).length === byteLength(each)))
  })
  it('have an inverse exactly where they share no factor with the modulus', () => {
    const modulus = 3n * 5n * 7n * 65537n
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: modulus - 1n }), (each) => {
        const found = inverse(each, modulus)
        const isCoprime = [3n, 5n, 7n, 65537n].every((factor) => each % factor !== 0n)
        return isCoprime ? found !== undefined && (found * each) % modulus === 1n : found === undefined
      }),
    )
  })
})
