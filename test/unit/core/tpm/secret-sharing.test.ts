import { expect } from 'chai'
import { canCarrySecret, ALG, shareSecret, type RsaPublic, type TPMT_PUBLIC } from '../../../../core/tpm/index.ts'
import { eccStorageKey, openSecret, rsaStorageKey } from '../../../fakes/storage-key.ts'

const { publicArea } = rsaStorageKey()
const random = (size: number) => Uint8Array.from({ length: size }, (_, at) => at + 1)
const keyedHash: TPMT_PUBLIC = {
  type: ALG.keyedhash,
  nameAlg: ALG.sha256,
  objectAttributes: publicArea.objectAttributes,
  authPolicy: publicArea.authPolicy,
  parameters: { scheme: { scheme: ALG.null } },
  unique: new Uint8Array(0),
}

describe('a secret for an RSA key (Part 1, B.10)', () => {
  it('is as long as nameAlg’s digest, under OAEP with nameAlg and the label with its zero', () => {
    const { seed, encrypted } = shareSecret(publicArea, 'IDENTITY', random)
    expect(seed).to.deep.equal(random(32))
    expect(encrypted).to.have.length(256)
    expect(openSecret(encrypted, 'IDENTITY\0')).to.deep.equal(seed)
    expect(() => openSecret(encrypted, 'IDENTITY')).to.throw()
    expect(() => openSecret(encrypted, 'DUPLICATE\0')).to.throw()
  })
  it('is under the hash of the scheme, where the key has one for OAEP', () => {
    const scheme = { scheme: ALG.oaep, hashAlg: ALG.sha1 } as const
    const key: RsaPublic = { ...publicArea, parameters: { ...publicArea.parameters, scheme } }
    const { seed, encrypted } = shareSecret(key, 'SECRET', random)
    expect(seed).to.have.length(32)
    expect(openSecret(encrypted, 'SECRET\0', 'sha1')).to.deep.equal(seed)
  })
})

describe('a secret', () => {
  it('is shared with asymmetric keys alone', () => {
    expect(() => shareSecret(keyedHash, 'SECRET', random)).to.throw(
      TypeError,
      'a secret is shared with an asymmetric key',
    )
  })

  const rsa = (nameAlg: number, keyBits: number, oaep?: number): TPMT_PUBLIC => {
    const scheme = oaep === undefined ? { scheme: ALG.null } : { scheme: ALG.oaep, hashAlg: oaep }
    return { ...publicArea, nameAlg, parameters: { ...publicArea.parameters, keyBits, scheme } }
  }
  const ecc = eccStorageKey().publicArea
  for (const { name, key, fits } of [
    { name: 'RSA 2048 and SHA-512', key: rsa(ALG.sha512, 2048), fits: true },
    { name: 'RSA 1024 and SHA-256', key: rsa(ALG.sha256, 1024), fits: true },
    { name: 'RSA 1024 and SHA-384', key: rsa(ALG.sha384, 1024), fits: false },
    { name: 'RSA 1024 and SHA-512', key: rsa(ALG.sha512, 1024), fits: false },
    { name: 'RSA 1024, SHA-384, and OAEP with SHA-1', key: rsa(ALG.sha384, 1024, ALG.sha1), fits: true },
    { name: 'RSA 1024, SHA-1, and OAEP with SHA-512', key: rsa(ALG.sha1, 1024, ALG.sha512), fits: false },
    { name: 'as many bits as it takes', key: rsa(ALG.sha1, 8 * (20 + 2 * 20 + 2)), fits: true },
    { name: 'eight bits less', key: rsa(ALG.sha1, 8 * (20 + 2 * 20 + 2) - 8), fits: false },
    { name: 'RSA without a nameAlg', key: rsa(ALG.null, 2048), fits: false },
    { name: 'ECC', key: ecc, fits: true },
    { name: 'ECC without a nameAlg', key: { ...ecc, nameAlg: ALG.null }, fits: false },
    { name: 'a keyed hash', key: keyedHash, fits: false },
  ])
    it(`${fits ? 'fits' : 'does not fit'} under ${name}`, () => {
      expect(canCarrySecret(key)).to.equal(fits)
    })
})
