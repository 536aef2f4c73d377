import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import { fromHex } from '../../../../core/bytes/index.ts'
import { attestationKey, EvidenceError } from '../../../../core/evidence/index.ts'
import { ALG, akTemplate, CURVE, encode, TPMT_PUBLIC } from '../../../../core/tpm/index.ts'
import { Attester } from '../../../../agent/boot/simulate/attester.ts'

const base64url = (value: string | undefined) => new Uint8Array(Buffer.from(value ?? '', 'base64url'))

function refusal(publicBytes: Uint8Array): string {
  try {
    attestationKey(publicBytes)
    return 'taken'
  } catch (error) {
    if (error instanceof EvidenceError) return `${error.problem}: ${error.detail}`
    throw error
  }
}

const modulus = base64url(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }).n)
interface Rsa {
  readonly keyBits?: number
  readonly exponent?: number
  readonly scheme?: number
  readonly hashAlg?: number
  readonly n?: Uint8Array
}
const rsa = ({ keyBits = 2048, exponent = 0, scheme = ALG.rsassa, hashAlg = ALG.sha256, n = modulus }: Rsa = {}) =>
  encode(TPMT_PUBLIC, {
    ...akTemplate,
    type: ALG.rsa,
    parameters: { symmetric: { algorithm: ALG.null }, scheme: { scheme, hashAlg }, keyBits, exponent },
    unique: n,
  } as TPMT_PUBLIC)

const curveNames = { nistP256: 'prime256v1', nistP384: 'secp384r1', nistP521: 'secp521r1' } as const
function ecc(
  name: keyof typeof curveNames,
  edit: (point: { x: Uint8Array; y: Uint8Array }) => unknown = (same) => same,
) {
  const { x, y } = generateKeyPairSync('ec', { namedCurve: curveNames[name] }).publicKey.export({ format: 'jwk' })
  return encode(TPMT_PUBLIC, {
    ...akTemplate,
    parameters: { ...akTemplate.parameters, curveID: CURVE[name] },
    unique: edit({ x: base64url(x), y: base64url(y) }),
  } as TPMT_PUBLIC)
}

describe('attestation keys', () => {
  it('are taken on the three curves of NIST, and as RSA keys with the exponent that TPMs make', () => {
    for (const name of ['nistP256', 'nistP384', 'nistP521'] as const) expect(refusal(ecc(name)), name).to.equal('taken')
    expect(refusal(rsa())).to.equal('taken')
    expect(refusal(rsa({ exponent: 65537 }))).to.equal('taken')
    expect(refusal(rsa({ scheme: ALG.rsapss, hashAlg: ALG.sha512 }))).to.equal('taken')
  })

  const bad: readonly { readonly name: string; readonly bytes: Uint8Array; readonly why: string }[] = [
    { name: 'with an exponent of 1', bytes: rsa({ exponent: 1 }), why: 'ak-strength: RSA exponent 1' },
    { name: 'with an exponent of 3', bytes: rsa({ exponent: 3 }), why: 'ak-strength: RSA exponent 3' },
    {
      name: 'with a modulus of 64 bits under the name of 2048',
      bytes: rsa({ n: modulus.slice(0, 8) }),
      why: 'ak-strength: RSA 64',
    },
    {
      name: 'with a modulus that zeros make long',
      bytes: rsa({ n: Uint8Array.of(...new Uint8Array(248), ...modulus.slice(0, 8)) }),
      why: 'ak-strength: RSA 64',
    },
    { name: 'with a modulus of zero', bytes: rsa({ n: new Uint8Array(256) }), why: 'ak-strength: RSA 0' },
    {
      name: 'with a modulus of 2047 bits',
      bytes: rsa({ n: Uint8Array.of(0x7f, ...modulus.slice(1)) }),
      why: 'ak-strength: RSA 2047',
    },
    {
      name: 'with a longer modulus than it says',
      bytes: rsa({ n: Uint8Array.of(0x01, ...modulus) }),
      why: 'ak-malformed: a modulus of 2049 bits, not 2048',
    },
    {
      name: 'with a coordinate that would be cut',
      bytes: ecc('nistP256', ({ x, y }) => ({ x: Uint8Array.of(7, ...x), y })),
      why: 'ak-malformed: a coordinate is longer than those of the curve',
    },
    {
      name: 'with another that would be cut',
      bytes: ecc('nistP384', ({ x, y }) => ({ x, y: Uint8Array.of(0, ...y) })),
      why: 'ak-malformed: a coordinate is longer than those of the curve',
    },
    {
      name: 'off its curve',
      bytes: ecc('nistP256', ({ x }) => ({ x, y: x })),
      why: 'ak-malformed: no public key',
    },
    { name: 'with SHA-1', bytes: rsa({ hashAlg: ALG.sha1 }), why: 'ak-scheme: the hash of its scheme is 0x4' },
    {
      name: 'with a scheme for another kind of key',
      bytes: rsa({ scheme: ALG.rsaes }),
      why: 'ak-scheme: neither RSASSA, RSAPSS nor ECDSA',
    },
    {
      name: 'with a name by SHA-1',
      bytes: new Attester('ecdsa', ALG.sha256).publicBytes.map((byte, at) => (at === 3 ? ALG.sha1 : byte)),
      why: 'ak-scheme: the hash of its name is 0x4',
    },
    {
      name: 'that hashes with a key',
      bytes: encode(TPMT_PUBLIC, {
        ...akTemplate,
        type: ALG.keyedhash,
        parameters: { scheme: { scheme: ALG.hmac, hashAlg: ALG.sha256 } },
        unique: fromHex('00'.repeat(32)),
      }),
      why: 'ak-scheme: neither RSASSA, RSAPSS nor ECDSA',
    },
    {
      name: 'that is symmetric',
      bytes: encode(TPMT_PUBLIC, {
        ...akTemplate,
        type: ALG.symcipher,
        parameters: { sym: { algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb } },
        unique: fromHex('00'.repeat(32)),
      }),
      why: 'ak-scheme: neither RSASSA, RSAPSS nor ECDSA',
    },
  ]
  for (const { name, bytes, why } of bad)
    it(`are none ${name}`, () => {
      expect(refusal(bytes)).to.equal(why)
    })

  it('that may leave, and that may do too much, are told by their attribute', () => {
    const withAttribute = (name: 'fixedTPM' | 'decrypt', value: boolean) =>
      refusal(
        encode(TPMT_PUBLIC, {
          ...akTemplate,
          objectAttributes: { ...akTemplate.objectAttributes, [name]: value },
        }),
      )
    expect(withAttribute('fixedTPM', false)).to.equal('ak-attributes: fixedTPM is CLEAR')
    expect(withAttribute('decrypt', true)).to.equal('ak-attributes: decrypt is SET')
  })

  it('say what was wrong with the key beneath', () => {
    expect(() => attestationKey(ecc('nistP256', ({ x }) => ({ x, y: x }))))
      .to.throw(EvidenceError)
      .with.property('cause')
      .that.is.instanceOf(Error)
  })
})
