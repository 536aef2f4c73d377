import { expect } from 'chai'
import { checkPrimeSync } from 'node:crypto'
import { SeededStream } from '../../../../../agent/vtpm/keys/byte-stream.ts'
import { OwnTurn, type RsaWork, RsaWorkshop } from '../../../../../agent/vtpm/keys/rsa-work.ts'
import { type RsaKey, rsaKeyOf } from '../../../../../agent/vtpm/keys/rsa-key.ts'
import { bytesToBigInt } from '../../../../../core/bytes/index.ts'

const empty = new Uint8Array(0)
const aKey: RsaKey = { modulus: empty, prime: empty }
const stream = new SeededStream({ seed: empty, label: '', contextU: empty, contextV: empty })

describe('a random RSA key', () => {
  for (const [bits, exponent] of [
    [1024, 3],
    [2048, 65537],
  ] as const) {
    it(`has ${bits} bits, two primes, and exponent ${exponent} has an inverse`, async () => {
      const { modulus, prime } = await new RsaWorkshop().generate(bits, exponent)
      const [n, p] = [bytesToBigInt(modulus), bytesToBigInt(prime)]
      expect(n.toString(2)).to.have.length(bits)
      expect(n % p).to.equal(0n)
      expect([p, n / p].map((each) => checkPrimeSync(each))).to.deep.equal([true, true])
      expect((p - 1n) % BigInt(exponent) === 0n || (n / p - 1n) % BigInt(exponent) === 0n).to.equal(false)
    })
  }

  it('is not made of primes that lie too close together, or whose product is too short', () => {
    const high = (1n << 511n) | (1n << 510n)
    expect(rsaKeyOf(1024, high + 1n, high + (1n << 412n))).to.equal(undefined)
    expect(rsaKeyOf(1024, high + 1n, high + (1n << 413n))).to.not.equal(undefined)
    expect(rsaKeyOf(1024, 1n << 510n, high)).to.equal(undefined)
  })
})

describe('the work of one TPM among several', () => {
  it('begins when its last one has ended, whatever became of that', async () => {
    const begun: string[] = []
    const ends: ((error?: Error) => void)[] = []
    const make = (what: string) => (): Promise<RsaKey> => {
      begun.push(what)
      return new Promise((resolve, reject) =>
        ends.push((error) => {
          if (error === undefined) resolve(aKey)
          else reject(error)
        }),
      )
    }
    const shared: RsaWork = {
      generate: make('generate'),
      derive: make('derive'),
      noteCommand: () => begun.push('command'),
    }
    const [one, other] = [new OwnTurn(shared), new OwnTurn(shared)]
    const first = one.generate(2048, 3)
    const second = one.derive(2048, 3, stream)
    void other.generate(2048, 3)
    await new Promise(setImmediate)
    expect(begun).to.deep.equal(['generate', 'generate'])
    ends[0]?.(new Error('lost'))
    expect(await first.catch((error: unknown) => String(error))).to.equal('Error: lost')
    await new Promise(setImmediate)
    expect(begun).to.deep.equal(['generate', 'generate', 'derive'])
    ends[2]?.()
    expect(await second).to.equal(aKey)
    one.noteCommand()
    expect(begun.at(-1)).to.equal('command')
  })
})
