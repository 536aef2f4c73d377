import fc from 'fast-check'
import { expect } from 'chai'
import { ResumableHash } from '../../../../agent/vtpm/hashing/resumable-hash.ts'
import { toHex, WireError } from '../../../../core/bytes/index.ts'
import { ALG, digest, hashAlgorithms } from '../../../../core/tpm/index.ts'

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('a hash that can be taken out and put back', () => {
  /** FIPS 180-4, the examples of its first edition: "abc". */
  const abc: readonly (readonly [number, string])[] = [
    [ALG.sha1, 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    [ALG.sha256, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ]
  for (const [hashAlg, expected] of abc) {
    it(`knows the digest of "abc" under 0x${hashAlg.toString(16)}`, () => {
      const hash = new ResumableHash(hashAlg)
      hash.update(ascii('abc'))
      expect(toHex(hash.digest())).to.equal(expected)
    })
  }

  for (const { id, node } of hashAlgorithms) {
    it(`${node}: wherever it is cut, it comes to what node:crypto says`, () => {
      fc.assert(
        fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), (pieces) => {
          let hash = new ResumableHash(id)
          for (const piece of pieces) {
            hash.update(piece)
            hash = ResumableHash.restored(id, hash.save())
          }
          expect(toHex(hash.digest())).to.equal(toHex(digest(id, ...pieces)))
        }),
      )
    })

    it(`${node}: goes on after a digest, and begins anew when it is erased`, () => {
      const hash = new ResumableHash(id)
      hash.update(ascii('some'))
      hash.digest()
      hash.update(ascii('thing'))
      expect(hash.digest()).to.deep.equal(digest(id, ascii('something')))
      hash.erase()
      expect(hash.digest()).to.deep.equal(digest(id, new Uint8Array(0)))
    })

    it(`${node}: every length around its block`, () => {
      for (let length = 100; length < 260; length += 1) {
        const hash = new ResumableHash(id)
        hash.update(new Uint8Array(length).fill(length))
        expect(toHex(hash.digest()), String(length)).to.equal(toHex(digest(id, new Uint8Array(length).fill(length))))
      }
    })
  }

  it('refuses what is no state, and what is no hash', () => {
    const state = new ResumableHash(ALG.sha256).save()
    expect(() => ResumableHash.restored(ALG.sha256, state.slice(1))).to.throw(WireError)
    expect(() => ResumableHash.restored(ALG.sha512, state)).to.throw(WireError)
    expect(() => new ResumableHash(ALG.null)).to.throw(TypeError)
  })
})
