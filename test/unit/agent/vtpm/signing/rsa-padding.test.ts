import { expect } from 'chai'
import {
  constants,
  createHash,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  sign,
  verify,
} from 'node:crypto'
import { encodePss, isPssOf } from '../../../../../agent/vtpm/signing/rsa-padding.ts'
import { ALG, hashAlgorithm } from '../../../../../core/tpm/index.ts'

const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
const message = new TextEncoder().encode('a message')

function digestOf(hashAlg: number): Uint8Array {
  return new Uint8Array(createHash(hashAlgorithm(hashAlg).node).update(message).digest())
}

describe('RSA-PSS encoding', () => {
  const keys = new Map<number, { readonly publicKey: KeyObject; readonly privateKey: KeyObject }>()
  before(() => {
    for (const modulusLength of [1024, 2048]) keys.set(modulusLength, generateKeyPairSync('rsa', { modulusLength }))
  })

  for (const [modulusBits, hashAlg] of [
    [2048, ALG.sha1],
    [2048, ALG.sha256],
    [2048, ALG.sha512],
    [1024, ALG.sha512],
  ] as const) {
    it(`of ${modulusBits} bits with ${hashAlgorithm(hashAlg).node} is what OpenSSL verifies and signs`, () => {
      const { publicKey, privateKey } = keys.get(modulusBits)!
      const { node } = hashAlgorithm(hashAlg)
      const digest = digestOf(hashAlg)
      const encoded = encodePss(hashAlg, digest, modulusBits, random)
      const signature = privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, encoded)
      const padding = constants.RSA_PKCS1_PSS_PADDING
      expect(verify(node, message, { key: publicKey, padding }, signature)).to.equal(true)
      for (const saltLength of [0, 5, constants.RSA_PSS_SALTLEN_MAX_SIGN]) {
        const signed = sign(node, message, { key: privateKey, padding, saltLength })
        const opened = new Uint8Array(publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, signed))
        expect(isPssOf(hashAlg, digest, modulusBits, opened)).to.equal(true)
      }
    })
  }

  it('refuses every encoding with one bit changed', () => {
    const digest = digestOf(ALG.sha256)
    const encoded = encodePss(ALG.sha256, digest, 2048, random)
    expect(isPssOf(ALG.sha256, digest, 2048, encoded)).to.equal(true)
    for (let at = 0; at < encoded.length; at += 1) {
      const altered = encoded.slice()
      altered[at]! ^= 1 << (at % 8)
      expect(isPssOf(ALG.sha256, digest, 2048, altered), `byte ${at}`).to.equal(false)
    }
    expect(isPssOf(ALG.sha256, digestOf(ALG.sha512).slice(0, 32), 2048, encoded)).to.equal(false)
    expect(isPssOf(ALG.sha256, digest, 2048, encoded.slice(1))).to.equal(false)
    expect(isPssOf(ALG.sha256, digest, 2048, new Uint8Array(256))).to.equal(false)
  })
})
