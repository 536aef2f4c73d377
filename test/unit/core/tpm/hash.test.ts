import { expect } from 'chai'
import { createHash, createHmac } from 'node:crypto'
import { concat, fromHex, toHex } from '../../../../core/bytes/index.ts'
import { ALG, digest, digestSize, hashAlgorithm, hashAlgorithms, hmac } from '../../../../core/tpm/index.ts'
import { secretDigest, secretHmac } from '../../../../core/tpm/hash.ts'

const ascii = (text: string) => new TextEncoder().encode(text)
/** Bytes of which no two near ones are alike. */
const bytes = (size: number, from = 1) => Uint8Array.from({ length: size }, (_, at) => at * 7 + from)
/** Around what is put together at once. */
const sizes = [0, 1, 63, 64, 65, 127, 128, 129, 2047, 2048, 2049, 5000]

describe('hash algorithms', () => {
  it('are those of the table, by their size', () => {
    expect(hashAlgorithms.map(({ id }) => digestSize(id))).to.deep.equal([20, 32, 48, 64])
    for (const { id, node, blockBytes } of hashAlgorithms) {
      expect(digest(id)).to.deep.equal(new Uint8Array(createHash(node).digest()))
      expect(blockBytes, node).to.equal(digestSize(id) > 32 ? 128 : 64)
    }
  })
  it('are no others', () => {
    for (const id of [0, ALG.null, ALG.sm3_256])
      expect(() => hashAlgorithm(id)).to.throw(TypeError, `0x${id.toString(16)} is no hash algorithm`)
  })
})

/** FIPS 180-4, and RFC 4231, test cases 1, 6 and 7. */
const knownAnswers = {
  abc: {
    [ALG.sha1]: 'a9993e364706816aba3e25717850c26c9cd0d89d',
    [ALG.sha256]: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  },
  hmacs: [
    {
      key: new Uint8Array(20).fill(0x0b),
      text: ascii('Hi There'),
      mac: 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    },
    {
      key: new Uint8Array(131).fill(0xaa),
      text: ascii('Test Using Larger Than Block-Size Key - Hash Key First'),
      mac: '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    },
  ],
}

for (const { name, make, mac } of [
  { name: 'digest and hmac', make: digest, mac: hmac },
  { name: 'secretDigest and secretHmac', make: secretDigest, mac: secretHmac },
]) {
  describe(name, () => {
    it('give the published answers', () => {
      for (const [id, expected] of Object.entries(knownAnswers.abc))
        expect(toHex(make(Number(id), ascii('a'), ascii('bc')))).to.equal(expected)
      for (const { key, text, mac: expected } of knownAnswers.hmacs)
        expect(toHex(mac(ALG.sha256, key, text.subarray(0, 2), text.subarray(2)))).to.equal(expected)
    })

    for (const { id, node, blockBytes } of hashAlgorithms) {
      it(`are of the whole text, however long it is and however it is divided: ${node}`, () => {
        for (const size of sizes) {
          const text = bytes(size)
          const expected = createHash(node).update(text).digest('hex')
          for (const at of [0, 1, size >> 1, size])
            expect(toHex(make(id, text.subarray(0, at), text.subarray(at))), `${at} of ${size}`).to.equal(expected)
          expect(toHex(make(id, text)), `${size} at once`).to.equal(expected)
        }
      })
      it(`are of the whole text under a key of any length: ${node}`, () => {
        for (const keySize of [0, 1, blockBytes - 1, blockBytes, blockBytes + 1, 200])
          for (const size of sizes) {
            const [key, text] = [bytes(keySize, 3), bytes(size)]
            const expected = createHmac(node, key).update(text).digest('hex')
            expect(toHex(mac(id, key, text)), `${size} bytes under ${keySize}`).to.equal(expected)
            expect(toHex(mac(id, key, text.subarray(0, size >> 1), text.subarray(size >> 1)))).to.equal(expected)
          }
      })
    }

    it('take nothing from what was hashed before', () => {
      const long = bytes(2000)
      const [short, key] = [fromHex('01'), fromHex('02')]
      const before = [make(ALG.sha512, short, short), mac(ALG.sha512, key, short)].map(toHex)
      mac(ALG.sha512, bytes(128), long)
      make(ALG.sha512, long, short)
      make(ALG.sha1, bytes(3000), short)
      expect([make(ALG.sha512, short, short), mac(ALG.sha512, key, short)].map(toHex)).to.deep.equal(before)
    })
    it('leave texts and keys as they were, and give bytes of their own', () => {
      const given = [bytes(64), bytes(200), bytes(3000)]
      const copies = given.map((text) => text.slice())
      const made = given.flatMap((text) => [
        make(ALG.sha256, text),
        make(ALG.sha256, text, text),
        mac(ALG.sha256, text, text),
      ])
      expect(given).to.deep.equal(copies)
      const letters = toHex(concat(...made))
      for (const text of given) make(ALG.sha256, text, text, text)
      expect(toHex(concat(...made))).to.equal(letters)
    })
  })
}
