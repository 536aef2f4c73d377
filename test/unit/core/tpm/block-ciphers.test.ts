import { expect } from 'chai'
import { concat, fromHex, toHex } from '../../../../core/bytes/index.ts'
import { ALG, blockCipher, blockCiphers, cfbDecrypt, cfbEncrypt, startCipher } from '../../../../core/tpm/index.ts'

const ecb = (direction: 'encrypt' | 'decrypt', algorithm: number, key: Uint8Array, text: Uint8Array) => {
  const cipher = startCipher(direction, { algorithm, mode: 'ecb' }, key, null)
  return Buffer.concat([cipher.update(text), cipher.final()]).toString('hex')
}

describe('block ciphers', () => {
  for (const { name, algorithm, key, plain, sealed } of [
    {
      name: 'AES-128 (FIPS 197, C.1)',
      algorithm: ALG.aes,
      key: '000102030405060708090a0b0c0d0e0f',
      plain: '00112233445566778899aabbccddeeff',
      sealed: '69c4e0d86a7b0430d8cdb78070b4c55a',
    },
    {
      name: 'AES-256 (FIPS 197, C.3)',
      algorithm: ALG.aes,
      key: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
      plain: '00112233445566778899aabbccddeeff',
      sealed: '8ea2b7ca516745bfeafc49904b496089',
    },
    {
      name: 'Camellia-128 (RFC 3713, A)',
      algorithm: ALG.camellia,
      key: '0123456789abcdeffedcba9876543210',
      plain: '0123456789abcdeffedcba9876543210',
      sealed: '67673138549669730857065648eabe43',
    },
  ])
    it(`give the published answers, without padding: ${name}`, () => {
      expect(ecb('encrypt', algorithm, fromHex(key), fromHex(plain))).to.equal(sealed)
      expect(ecb('decrypt', algorithm, fromHex(key), fromHex(sealed))).to.equal(plain)
    })

  it('of Triple-DES take the first of two keys for the third, and three as they are (SP 800-67, 3.2)', () => {
    const [first, second, third] = ['0123456789abcdef', '23456789abcdef01', '456789abcdef0123'].map(fromHex) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ]
    const text = fromHex('5468652071756663')
    const by = (...keys: readonly Uint8Array[]) => ecb('encrypt', ALG.tdes, concat(...keys), text)
    expect(by(first, second, third)).to.equal('a826fd8ce53b855f')
    expect(by(first, second)).to.equal(by(first, second, first))
    expect(by(first, second)).to.not.equal(by(first, second, third))
  })

  it('are those of the table', () => {
    expect(blockCiphers.map(({ id, blockBytes }) => [id, blockBytes])).to.deep.equal([
      [ALG.tdes, 8],
      [ALG.aes, 16],
      [ALG.camellia, 16],
    ])
    expect(() => blockCipher(ALG.null)).to.throw(TypeError, '0x10 is no block cipher')
  })
})

describe('CFB', () => {
  /** SP 800-38A, F.3.13. */
  const [key, iv] = [fromHex('2b7e151628aed2a6abf7158809cf4f3c'), fromHex('000102030405060708090a0b0c0d0e0f')]
  const plain = fromHex('6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51')
  const sealed = '3b3fd92eb72dad20333449f8e83cfb4ac8a64537a0b3a93fcde3cdad9f1ce58b'
  it('gives the published answers, also where the text ends within a block', () => {
    for (const size of [32, 17, 16, 1, 0]) {
      const made = cfbEncrypt(ALG.aes, key, plain.subarray(0, size), iv)
      expect(toHex(made)).to.equal(sealed.slice(0, 2 * size))
      expect(cfbDecrypt(ALG.aes, key, made, iv)).to.deep.equal(plain.slice(0, size))
    }
  })
  it('has an IV of zeros as long as a block, unless one is given', () => {
    for (const { id, blockBytes } of blockCiphers) {
      const made = cfbEncrypt(id, key, plain)
      expect(made).to.deep.equal(cfbEncrypt(id, key, plain, new Uint8Array(blockBytes)))
      expect(cfbDecrypt(id, key, made)).to.deep.equal(plain)
    }
  })
})
