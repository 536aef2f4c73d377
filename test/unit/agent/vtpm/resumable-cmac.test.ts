import fc from 'fast-check'
import { expect } from 'chai'
import { ResumableCmac } from '../../../../agent/vtpm/encryption/resumable-cmac.ts'
import { fromHex, toHex, WireError } from '../../../../core/bytes/index.ts'
import { ALG } from '../../../../core/tpm/index.ts'

const text = fromHex('6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51')
const threeKeys = fromHex('8aa83bf8cbda10620bc1bf19fbb6cd58bc313d4a371ca8b5')
const twoKeys = fromHex('4cf15134a2850dd58a3d10ba80570d38')

/** SP 800-38B, D.4 and D.5; those of AES are held against libtpms too (test/conformance/message-authentication.ts). */
const vectors: readonly (readonly [name: string, key: Uint8Array, size: number, mac: string])[] = [
  ['three keys', threeKeys, 0, 'b7a688e122ffaf95'],
  ['three keys', threeKeys, 8, '8e8f293136283797'],
  ['three keys', threeKeys, 20, '743ddbe0ce2dc2ed'],
  ['three keys', threeKeys, 32, '33e6b1092400eae5'],
  ['two keys', twoKeys, 0, 'bd2ebf9a3ba00361'],
  ['two keys', twoKeys, 8, '4ff2ab813c53ce83'],
  ['two keys', twoKeys, 20, '62dd1b471902bd4e'],
  ['two keys', twoKeys, 32, '31b1e431dabc4eb8'],
]

describe('CMAC that can be taken out and put back', () => {
  for (const [name, key, size, expected] of vectors)
    it(`Triple-DES by ${name}, ${size} bytes`, () => {
      const cmac = new ResumableCmac(ALG.tdes, key)
      cmac.update(text.slice(0, size))
      expect(toHex(cmac.digest())).to.equal(expected)
    })

  for (const algorithm of [ALG.tdes, ALG.aes, ALG.camellia])
    it(`0x${algorithm.toString(16)}: wherever it is cut, it comes to the same`, () => {
      fc.assert(
        fc.property(
          fc.uint8Array({ minLength: 16, maxLength: 16 }),
          fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 5 }),
          (key, pieces) => {
            const whole = new ResumableCmac(algorithm, key)
            whole.update(Uint8Array.from(pieces.flatMap((piece) => [...piece])))
            let cmac = new ResumableCmac(algorithm, key)
            for (const piece of pieces) {
              cmac.update(piece)
              cmac.digest()
              cmac = ResumableCmac.restored(algorithm, cmac.save())
            }
            expect(toHex(cmac.digest())).to.equal(toHex(whole.digest()))
          },
        ),
      )
    })

  it('forgets its key', () => {
    const cmac = new ResumableCmac(ALG.aes, twoKeys)
    cmac.update(text)
    cmac.erase()
    expect(cmac.save()).to.deep.equal(new ResumableCmac(ALG.aes, new Uint8Array(16)).save())
  })

  it('refuses what is no state, and what is no cipher', () => {
    const state = new ResumableCmac(ALG.aes, twoKeys).save()
    expect(() => ResumableCmac.restored(ALG.aes, state.slice(1))).to.throw(WireError)
    expect(() => new ResumableCmac(ALG.sha256, twoKeys)).to.throw(TypeError)
  })
})
