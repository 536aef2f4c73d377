import { createHash, createHmac } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { digest, hashAlgorithms, hmac, secretDigest, secretHmac } from '../../../core/tpm/index.ts'

const algorithm = fc.constantFrom(...hashAlgorithms)
/** Keys on both sides of a block, and texts on both sides of what is put together in one buffer. */
const key = fc.uint8Array({ maxLength: 300 })
const part = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ minLength: 1900, maxLength: 2300 }))

describe('HMAC', () => {
  it("is OpenSSL's, for keys and texts of any length", () => {
    fc.assert(
      fc.property(algorithm, key, fc.array(part, { maxLength: 4 }), ({ id, node }, secret, parts) => {
        const before = Uint8Array.from(secret)
        const expected = createHmac(node, secret).update(Buffer.concat(parts)).digest()
        for (const mac of [hmac, secretHmac])
          expect(Buffer.from(mac(id, secret, ...parts)).equals(expected)).equal(true)
        expect(secret).deep.equal(before)
      }),
      { numRuns: 300 },
    )
  })

  it('leaves nothing of a long text to a short one', () => {
    fc.assert(
      fc.property(algorithm, algorithm, key, part, ({ id }, other, secret, text) => {
        hmac(other.id, secret, text)
        const short = Uint8Array.of(1)
        const expected = createHmac(other.node, short).update(short).digest()
        hmac(id, secret, text)
        expect(Buffer.from(hmac(other.id, short, short)).equals(expected)).equal(true)
      }),
    )
  })
})

describe('digest', () => {
  it("is OpenSSL's, for parts of any length, whether or not it is a secret", () => {
    fc.assert(
      fc.property(algorithm, fc.array(part, { maxLength: 4 }), ({ id, node }, parts) => {
        const expected = createHash(node).update(Buffer.concat(parts)).digest()
        for (const hash of [digest, secretDigest]) expect(Buffer.from(hash(id, ...parts)).equals(expected)).equal(true)
      }),
    )
  })
})
