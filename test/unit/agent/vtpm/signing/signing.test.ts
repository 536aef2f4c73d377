import { expect } from 'chai'
import {
  constants,
  createECDH,
  createHash,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  sign,
  verify,
} from 'node:crypto'
import { ecdsaSign, ecdsaVerify } from '../../../../../agent/vtpm/signing/ecdsa.ts'
import { encodePss, isPssOf } from '../../../../../agent/vtpm/signing/rsa-padding.ts'
import { concat } from '../../../../../core/bytes/index.ts'
import { ALG, CURVE, curve, hashAlgorithm } from '../../../../../core/tpm/index.ts'

const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
const message = new TextEncoder().encode('a message')

function digestOf(hashAlg: number): Uint8Array {
  return new Uint8Array(createHash(hashAlgorithm(hashAlg).node).update(message).digest())
}

describe('ECDSA over a digest', () => {
  for (const [curveID, hashAlg] of [
    [CURVE.nistP256, ALG.sha256],
    [CURVE.nistP256, ALG.sha512],
    [CURVE.nistP256, ALG.sha1],
    [CURVE.nistP384, ALG.sha384],
    [CURVE.nistP521, ALG.sha512],
  ] as const) {
    const { node, coordinateBytes } = curve(curveID)

    describe(`${node} with ${hashAlgorithm(hashAlg).node}`, () => {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: node })
      const jwk = privateKey.export({ format: 'jwk' })
      const bytes = (text: string | undefined): Uint8Array => new Uint8Array(Buffer.from(text ?? '', 'base64url'))
      const point = { x: bytes(jwk.x), y: bytes(jwk.y) }
      const digest = digestOf(hashAlg)

      it('is what OpenSSL verifies', () => {
        const { signatureR, signatureS } = ecdsaSign(curveID, bytes(jwk.d), digest, random)
        const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
        expect(verify(hashAlgorithm(hashAlg).node, message, key, concat(signatureR, signatureS))).to.equal(true)
      })

      it('verifies what OpenSSL signed, and nothing else', () => {
        const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
        const signed = new Uint8Array(sign(hashAlgorithm(hashAlg).node, message, key))
        const signature = {
          signatureR: signed.slice(0, coordinateBytes),
          signatureS: signed.slice(coordinateBytes),
        }
        expect(ecdsaVerify(curveID, point, digest, signature)).to.equal(true)
        const other = Uint8Array.from(digest, (byte, i) => (i === 0 ? byte ^ 1 : byte))
        expect(ecdsaVerify(curveID, point, other, signature)).to.equal(false)
        const swapped = { signatureR: signature.signatureS, signatureS: signature.signatureR }
        expect(ecdsaVerify(curveID, point, digest, swapped)).to.equal(false)
        const negative = { ...point, y: new Uint8Array(coordinateBytes).fill(1) }
        expect(ecdsaVerify(curveID, negative, digest, signature)).to.equal(false)
      })

      it('refuses numbers outside the order', () => {
        const zero = new Uint8Array(coordinateBytes)
        const one = zero.map((_, i) => (i === coordinateBytes - 1 ? 1 : 0))
        const large = zero.map(() => 0xff)
        for (const [signatureR, signatureS] of [
          [zero, one],
          [one, zero],
          [large, one],
          [one, large],
          [new Uint8Array(0), new Uint8Array(0)],
        ] as const)
          expect(ecdsaVerify(curveID, point, digest, { signatureR, signatureS })).to.equal(false)
      })
    })
  }

  it('verifies where the key is the base point', () => {
    const { node } = curve(CURVE.nistP256)
    const pair = createECDH(node)
    const scalar = new Uint8Array(32)
    scalar[31] = 1
    pair.setPrivateKey(scalar)
    const base = new Uint8Array(pair.getPublicKey())
    const digest = digestOf(ALG.sha256)
    const key = { x: base.slice(1, 33), y: base.slice(33) }
    const signature = ecdsaSign(CURVE.nistP256, scalar, digest, random)
    expect(ecdsaVerify(CURVE.nistP256, key, digest, signature)).to.equal(true)
  })
})

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
