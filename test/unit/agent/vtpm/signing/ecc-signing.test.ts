import { expect } from 'chai'
import { createHash, randomBytes, sign, verify } from 'node:crypto'
import { privateKeyOf } from '../../../../../agent/vtpm/keys/private-key.ts'
import { ecdsaSign, ecdsaVerify } from '../../../../../agent/vtpm/signing/ecdsa.ts'
import { ecschnorrSign, ecschnorrVerify } from '../../../../../agent/vtpm/signing/ecschnorr.ts'
import { sm2Sign, sm2Verify } from '../../../../../agent/vtpm/signing/sm2.ts'
import { bytesToBigInt, concat, fromHex } from '../../../../../core/bytes/index.ts'
import {
  ALG,
  CURVE,
  type Curve,
  curve,
  curves,
  drawScalar,
  hashAlgorithm,
  negatePoint,
  publicKeyOf,
  ScalarMultiplier,
  TPMA_OBJECT,
} from '../../../../../core/tpm/index.ts'

const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
const message = new TextEncoder().encode('sample')
const digestOf = (hashAlg: number): Uint8Array =>
  new Uint8Array(createHash(hashAlgorithm(hashAlg).node).update(message).digest())
const numbers = ({ signatureR, signatureS }: { readonly signatureR: Uint8Array; readonly signatureS: Uint8Array }) => ({
  r: bytesToBigInt(signatureR),
  s: bytesToBigInt(signatureS),
})
const publicPoint = (row: Curve, d: Uint8Array) => new ScalarMultiplier(row.id, d).timesBase()
const name = ({ id }: Curve): string => Object.entries(CURVE).find(([, known]) => known === id)?.[0] ?? `${id}`

const schemes = [
  ['ECDSA', (row: Curve, d: Uint8Array, digest: Uint8Array) => ecdsaSign(row, d, digest, random), ecdsaVerify],
  [
    'EC Schnorr',
    (row: Curve, d: Uint8Array, digest: Uint8Array) => ecschnorrSign(row, d, { hashAlg: ALG.sha256, digest }, random),
    (row, q, digest, signature) => ecschnorrVerify(row, q, { hashAlg: ALG.sha256, digest }, signature),
  ],
  ['SM2', (row: Curve, d: Uint8Array, digest: Uint8Array) => sm2Sign(row, d, digest, random), sm2Verify],
] as const satisfies readonly (readonly [string, unknown, typeof ecdsaVerify])[]

for (const [scheme, signs, verifies] of schemes) {
  describe(`${scheme} over a digest`, () => {
    for (const row of curves) {
      it(`${name(row)}: verifies under its key, and nothing else does`, () => {
        for (const [d, hashAlg] of [
          [drawScalar(row, random), ALG.sha512],
          [new Uint8Array(row.coordinateBytes).fill(1, -1), ALG.sha1],
        ] as const) {
          const [q, digest] = [publicPoint(row, d), digestOf(hashAlg)]
          const signature = numbers(signs(row, d, digest))
          expect(verifies(row, q, digest, signature)).to.equal(true)
          const other = Uint8Array.from(digest, (byte, i) => (i === 0 ? byte ^ 1 : byte))
          expect(verifies(row, q, other, signature)).to.equal(false)
          expect(verifies(row, q, digest, { r: signature.s, s: signature.r })).to.equal(false)
          expect(verifies(row, negatePoint(row, q), digest, signature)).to.equal(false)
        }
      })
    }
  })
}

/** RFC 6979, A.2.3 to A.2.6: "sample" with SHA-256. */
const rfc6979 = [
  [
    CURVE.nistP192,
    '6fab034934e4c0fc9ae67f5b5659a9d7d1fefd187ee09fd4',
    '4b0b8ce98a92866a2820e20aa6b75b56382e0f9bfd5ecb55',
    'ccdb006926ea9565cbadc840829d8c384e06de1f1e381b85',
  ],
  [
    CURVE.nistP224,
    'f220266e1105bfe3083e03ec7a3a654651f45e37167e88600bf257c1',
    '61aa3da010e8e8406c656bc477a7a7189895e7e840cdfe8ff42307ba',
    'bc814050dab5d23770879494f9e0a680dc1af7161991bde692b10101',
  ],
  [
    CURVE.nistP256,
    'c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721',
    'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716',
    'f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
  ],
  [
    CURVE.nistP384,
    '6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5',
    '21b13d1e013c7fa1392d03c5f99af8b30c570c6f98d4ea8e354b63a21d3daa33bde1e888e63355d92fa2b3c36d8fb2cd',
    'f3aa443fb107745bf4bd77cb3891674632068a10ca67e3d45db2266fa7d1feebefdc63eccd1ac42ec0cb8668a4fa0ab0',
  ],
] as const

describe('known signatures', () => {
  for (const [id, d, r, s] of rfc6979) {
    it(`${name(curve(id))}: RFC 6979`, () => {
      const row = curve(id)
      const signature = { r: BigInt(`0x${r}`), s: BigInt(`0x${s}`) }
      expect(ecdsaVerify(row, publicPoint(row, fromHex(d)), digestOf(ALG.sha256), signature)).to.equal(true)
    })
  }

  it('SM2: GB/T 32918.5, A.2', () => {
    const row = curve(CURVE.sm2P256)
    const d = fromHex('3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8')
    const e = fromHex('f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640')
    const r = 0xf5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3n
    const s = 0xb1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aan
    expect(sm2Verify(row, publicPoint(row, d), e, { r, s })).to.equal(true)
  })
})

describe('ECDSA beside OpenSSL', () => {
  for (const [id, hashAlg] of [
    [CURVE.nistP256, ALG.sha1],
    [CURVE.nistP256, ALG.sha512],
    [CURVE.nistP384, ALG.sha384],
    [CURVE.nistP521, ALG.sha512],
  ] as const) {
    const row = curve(id)
    const { node } = hashAlgorithm(hashAlg)

    it(`${name(row)} with ${node}: each verifies what the other signs`, () => {
      const d = drawScalar(row, random)
      const publicArea = {
        type: ALG.ecc,
        nameAlg: ALG.sha256,
        objectAttributes: TPMA_OBJECT.of('sign'),
        authPolicy: new Uint8Array(0),
        parameters: {
          symmetric: { algorithm: ALG.null },
          scheme: { scheme: ALG.null },
          curveID: id,
          kdf: { scheme: ALG.null },
        },
        unique: publicPoint(row, d),
      } as const
      const empty = new Uint8Array(0)
      const sensitive = { sensitiveType: ALG.ecc, authValue: empty, seedValue: empty, sensitive: d } as const
      const [key, publicKey] = [privateKeyOf(publicArea, sensitive), publicKeyOf(publicArea)]
      const ours = ecdsaSign(row, d, digestOf(hashAlg), random)
      const raw = concat(ours.signatureR, ours.signatureS)
      expect(verify(node, message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, raw)).to.equal(true)
      const theirs = new Uint8Array(sign(node, message, { key, dsaEncoding: 'ieee-p1363' }))
      const signature = {
        signatureR: theirs.slice(0, row.coordinateBytes),
        signatureS: theirs.slice(row.coordinateBytes),
      }
      expect(ecdsaVerify(row, publicArea.unique, digestOf(hashAlg), numbers(signature))).to.equal(true)
    })
  }
})
