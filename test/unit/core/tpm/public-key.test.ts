import { expect } from 'chai'
import { fromHex, toHex } from '../../../../core/bytes/index.ts'
import {
  ALG,
  CURVE,
  curve,
  leftPad,
  pointKey,
  publicKeyOf,
  uintBytes,
  type TPMT_PUBLIC,
} from '../../../../core/tpm/index.ts'
import { eccStorageKey, rsaStorageKey } from '../../../fakes/storage-key.ts'

const rsa = rsaStorageKey()
const ecc = eccStorageKey()

describe('leftPad', () => {
  for (const [given, size, expected] of [
    ['01', 3, '000001'],
    ['', 2, '0000'],
    ['0102', 2, '0102'],
    ['000102', 2, '0102'],
    ['01020304', 2, '0304'],
    ['01', 0, ''],
  ] as const)
    it(`makes ${size} bytes of ${given === '' ? 'nothing' : given}`, () => {
      expect(toHex(leftPad(fromHex(given), size))).to.equal(expected)
    })
  it('gives back what is of that size, as it is', () => {
    const given = fromHex('0102')
    expect(leftPad(given, 2)).to.equal(given)
  })
})

describe('uintBytes', () => {
  for (const [value, expected] of [
    [0, ''],
    [1, '01'],
    [255, 'ff'],
    [256, '0100'],
    [65537, '010001'],
    [0xfffefdfc, 'fffefdfc'],
    [2 ** 40, '010000000000'],
  ] as const)
    it(`is the shortest form of ${value}`, () => {
      expect(toHex(uintBytes(value))).to.equal(expected)
    })
})

describe('publicKeyOf', () => {
  it('is the RSA key, whose exponent of zero is 65537', () => {
    const { n } = rsa.privateKey.export({ format: 'jwk' })
    const jwkOf = (exponent: number) => {
      const parameters = { ...rsa.publicArea.parameters, exponent }
      return publicKeyOf({ ...rsa.publicArea, parameters }).export({ format: 'jwk' })
    }
    expect(jwkOf(0)).to.deep.equal({ kty: 'RSA', n, e: 'AQAB' })
    expect(jwkOf(65537)).to.deep.equal({ kty: 'RSA', n, e: 'AQAB' })
    expect(jwkOf(0x01000001)).to.deep.equal({ kty: 'RSA', n, e: 'AQAAAQ' })
  })
  it('takes every byte of a modulus to the letters of base64url', () => {
    const unique = Uint8Array.from({ length: 256 }, (_, at) => 255 - at)
    const { n } = publicKeyOf({ ...rsa.publicArea, unique }).export({ format: 'jwk' })
    expect(n).to.equal(Buffer.from(unique).toString('base64url'))
  })
  it('is the point on each curve that JWK knows, however short its coordinates are', () => {
    for (const name of ['P-256', 'P-384', 'P-521'] as const) {
      const { publicArea, privateKey } = eccStorageKey(name)
      const { kty, crv, x: jwkX, y: jwkY } = privateKey.export({ format: 'jwk' })
      const expected = { kty, crv, x: jwkX, y: jwkY }
      expect(publicKeyOf(publicArea).export({ format: 'jwk' })).to.deep.equal(expected)
      const { x, y } = publicArea.unique
      const padded = { x: Uint8Array.of(0, ...x), y: y[0] === 0 ? y.slice(1) : y }
      expect(publicKeyOf({ ...publicArea, unique: padded }).export({ format: 'jwk' })).to.deep.equal(expected)
    }
  })
  it('is read once for each object', () => {
    expect(publicKeyOf(ecc.publicArea)).to.equal(publicKeyOf(ecc.publicArea))
    expect(publicKeyOf({ ...ecc.publicArea })).to.not.equal(publicKeyOf(ecc.publicArea))
  })
  it('is none of a symmetric object, off the curve, or where JWK has no name', () => {
    const { nameAlg, objectAttributes, authPolicy } = ecc.publicArea
    const symmetric: TPMT_PUBLIC = {
      type: ALG.keyedhash,
      nameAlg,
      objectAttributes,
      authPolicy,
      parameters: { scheme: { scheme: ALG.null } },
      unique: new Uint8Array(0),
    }
    expect(() => publicKeyOf(symmetric)).to.throw(TypeError, 'a symmetric object has no public key')
    const { x, y } = ecc.publicArea.unique
    expect(() => publicKeyOf({ ...ecc.publicArea, unique: { x: y, y: x } })).to.throw(Error)
    expect(() => pointKey(curve(CURVE.nistP192), { x, y })).to.throw(TypeError, 'there is no JWK on curve 0x1')
  })
})
