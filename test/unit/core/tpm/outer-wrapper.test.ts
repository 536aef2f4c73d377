import { expect } from 'chai'
import { createCipheriv, createHmac } from 'node:crypto'
import { concat, fromHex, toHex } from '../../../../core/bytes/index.ts'
import {
  akTemplate,
  ALG,
  CodecError,
  kdfa,
  openOuter,
  protectionOf,
  RC,
  sealOuter,
  srkTemplate,
  type RsaPublic,
  type TPMT_PUBLIC,
} from '../../../../core/tpm/index.ts'

const [name, content] = [fromHex('000b1122'), fromHex('00112233445566778899aabbccddeeff0011')]
const seed = Uint8Array.from({ length: 32 }, (_, at) => at + 1)
const symmetric = { algorithm: ALG.camellia, keyBits: 256, mode: ALG.cfb } as const
const rsa: RsaPublic = {
  ...srkTemplate,
  type: ALG.rsa,
  nameAlg: ALG.sha384,
  parameters: { symmetric, scheme: { scheme: ALG.null }, keyBits: 2048, exponent: 0 },
  unique: new Uint8Array(256),
}

describe('the protection of a storage parent', () => {
  it('is its symmetric algorithm', () => {
    expect(protectionOf(srkTemplate)).to.deep.equal({ algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb })
    expect(protectionOf(rsa)).to.equal(symmetric)
  })
  it('is none where the key has no such algorithm', () => {
    const none = { ...rsa, parameters: { ...rsa.parameters, symmetric: { algorithm: ALG.null } } } as RsaPublic
    const cipher: TPMT_PUBLIC = {
      ...srkTemplate,
      type: ALG.symcipher,
      parameters: { sym: symmetric },
      unique: new Uint8Array(0),
    }
    for (const key of [akTemplate, none, cipher])
      expect(() => protectionOf(key)).to.throw(TypeError, 'the key protects nothing: it has no symmetric algorithm')
  })
})

describe('an outer wrapper (Part 1, 23.3.2.4)', () => {
  for (const { what, newParent, cipher, keyBits, hash, size } of [
    {
      what: 'AES-128 and SHA-256',
      newParent: srkTemplate,
      cipher: 'aes-128-cfb',
      keyBits: 128,
      hash: 'sha256',
      size: '0020',
    },
    {
      what: 'Camellia-256 and SHA-384',
      newParent: rsa,
      cipher: 'camellia-256-cfb',
      keyBits: 256,
      hash: 'sha384',
      size: '0030',
    },
  ])
    it(`is encrypted, and bound to the Name, by keys of the seed: ${what}`, () => {
      const symKey = kdfa(newParent.nameAlg, seed, 'STORAGE', name, undefined, keyBits)
      const encrypted = createCipheriv(cipher, symKey, new Uint8Array(16)).update(content)
      const mac = createHmac(hash, kdfa(newParent.nameAlg, seed, 'INTEGRITY'))
        .update(encrypted)
        .update(name)
        .digest('hex')
      const sealed = sealOuter({ newParent, seed, name }, content)
      expect(toHex(sealed)).to.equal(size + mac + encrypted.toString('hex'))
      expect(openOuter({ newParent, seed, name, duplicate: sealed })).to.deep.equal(content)
    })

  it('opens for nobody else, and tells nothing but that', () => {
    const sealed = sealOuter({ newParent: srkTemplate, seed, name }, content)
    const given = { newParent: srkTemplate, seed, name, duplicate: sealed }
    const flipped = (at: number) => sealed.map((byte, index) => (index === at ? byte ^ 1 : byte))
    for (const [what, wrapper] of [
      ['another seed', { ...given, seed: seed.map((byte) => byte ^ 1) }],
      ['another Name', { ...given, name: concat(name, Uint8Array.of(0)) }],
      ['another HMAC', { ...given, duplicate: flipped(2) }],
      ['another content', { ...given, duplicate: flipped(sealed.length - 1) }],
      ['a shorter content', { ...given, duplicate: sealed.slice(0, -1) }],
      ['a shorter HMAC', { ...given, duplicate: concat(Uint8Array.of(0, 31), sealed.slice(2, 33), sealed.slice(34)) }],
      ['no HMAC', { ...given, duplicate: concat(Uint8Array.of(0, 0), sealed.slice(34)) }],
    ] as const)
      expect(() => openOuter(wrapper), what)
        .to.throw(CodecError, 'the outer wrapper is not of this seed')
        .with.property('rc', RC.integrity)
  })
})
