import { expect } from 'chai'
import { createCipheriv } from 'node:crypto'
import { runCipher } from '../../../../../agent/vtpm/encryption/cipher-mode.ts'
import { blockCiphers } from '../../../../conformance/block-ciphers.ts'
import { ciphers } from '../../../../conformance/ciphers.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'
import { fromHex, toHex } from '../../../../../core/bytes/index.ts'
import { ALG } from '../../../../../core/tpm/index.ts'

describe('ciphers', () => {
  ciphers(aloneOnBench)
})

describe('block ciphers', () => {
  blockCiphers(aloneOnBench)
})

describe('the modes of AES', () => {
  const key = fromHex('2b7e151628aed2a6abf7158809cf4f3c')
  const iv = fromHex('000102030405060708090a0b0c0d0e0f')
  const counter = fromHex('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff')
  const plain = fromHex('6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51')
  /** SP 800-38A, F.1.1, F.2.1, F.3.13, F.4.1, F.5.1: the first two blocks. */
  const vectors = [
    ['ECB', ALG.ecb, new Uint8Array(0), '3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf'],
    ['CBC', ALG.cbc, iv, '7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2'],
    ['CFB', ALG.cfb, iv, '3b3fd92eb72dad20333449f8e83cfb4ac8a64537a0b3a93fcde3cdad9f1ce58b'],
    ['OFB', ALG.ofb, iv, '3b3fd92eb72dad20333449f8e83cfb4a7789508d16918f03f53c52dac54ed825'],
    ['CTR', ALG.ctr, counter, '874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff'],
  ] as const
  for (const [name, mode, ivIn, expected] of vectors) {
    it(`${name}: the vectors of SP 800-38A`, () => {
      const { outData } = runCipher('encrypt', { algorithm: ALG.aes, mode }, key, ivIn, plain)
      expect(toHex(outData)).to.equal(expected)
      expect(toHex(runCipher('decrypt', { algorithm: ALG.aes, mode }, key, ivIn, outData).outData)).to.equal(
        toHex(plain),
      )
    })
  }

  it('CTR: the counter starts over behind its last value', () => {
    const aesCtr = { algorithm: ALG.aes, mode: ALG.ctr }
    const last = new Uint8Array(16).fill(0xff)
    const { ivOut } = runCipher('encrypt', aesCtr, key, last, plain)
    const cipher = createCipheriv('aes-128-ctr', key, last)
    cipher.update(plain)
    const more = runCipher('encrypt', aesCtr, key, ivOut, plain)
    expect(toHex(more.outData)).to.equal(cipher.update(plain).toString('hex'))
  })
})
