import { expect } from 'chai'
import { generateKeyPairSync } from 'node:crypto'
import { parseReferenceValues } from '../../../../core/policy/index.ts'
import { compileIssuer } from '../../../../core/policy/platform-issuers.ts'
import { PolicyFault } from '../../../../core/policy/policy-fault.ts'

type Written = Parameters<typeof compileIssuer>[1]
type Key = Written['keys'][number]

const ec = (namedCurve: 'P-256' | 'P-384') =>
  generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' }) as Pick<Key, 'crv' | 'x' | 'y'>
const point = ec('P-256')
const rsaOf = (bits: number): Key => ({
  kid: 'r-1',
  kty: 'RSA',
  alg: 'RS256',
  n: Buffer.alloc(bits / 8, 0xff).toString('base64url'),
  e: 'AQAB',
})
const es256: Key = { kid: 'e-1', kty: 'EC', alg: 'ES256', crv: 'P-256', x: point.x, y: point.y }

const compiled = (...keys: readonly Key[]) =>
  compileIssuer('clouds/vms', { format: 'jwt', issuer: 'https://vms.example', keys: [...keys] }, ['issuers', 'vms'])
function fault(...keys: readonly Key[]): string {
  try {
    compiled(...keys)
  } catch (error) {
    if (error instanceof PolicyFault) return `${error.path.join('.')}: ${error.message}`
    throw error
  }
  return 'taken'
}

describe('compileIssuer', () => {
  it('names the issuer, and finds each key by its id', () => {
    const other = { ...rsaOf(2048), alg: 'PS256', until: '2026-01-01T00:00:00Z' } as const
    const { name, format, issuer, keys } = compiled(es256, other)
    expect({ name, format, issuer }).to.deep.equal({
      name: 'clouds/vms',
      format: 'jwt',
      issuer: 'https://vms.example',
    })
    expect([...keys.keys()]).to.deep.equal(['e-1', 'r-1'])
    expect(
      [...keys.values()].map(({ keyId, algorithm, untilUnixMs, publicKey }) => ({
        keyId,
        algorithm,
        untilUnixMs,
        jwk: publicKey.export({ format: 'jwk' }),
      })),
    ).to.deep.equal([
      {
        keyId: 'e-1',
        algorithm: 'ES256',
        untilUnixMs: undefined,
        jwk: { kty: 'EC', crv: 'P-256', x: point.x, y: point.y },
      },
      {
        keyId: 'r-1',
        algorithm: 'PS256',
        untilUnixMs: Date.UTC(2026, 0, 1),
        jwk: { kty: 'RSA', n: other.n, e: 'AQAB' },
      },
    ])
  })

  it('takes each algorithm with its own kind of key', () => {
    const { x } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
    const wide = { ...es256, alg: 'ES384', ...ec('P-384') } as const
    const edwards: Key = { kid: 'o-1', kty: 'OKP', alg: 'EdDSA', crv: 'Ed25519', x }
    for (const key of [rsaOf(2048), { ...rsaOf(2048), alg: 'PS256' as const }, es256, wide, edwards])
      expect(fault(key), key.alg).to.equal('taken')
  })

  const mixed = 'is for another kind of key'
  for (const { name, key, says } of [
    { name: 'RS256 by a curve', key: { ...es256, alg: 'RS256' }, says: `alg: RS256 ${mixed}` },
    {
      name: 'RS256 by a curve without a name',
      key: { kid: 'e-1', kty: 'EC', alg: 'RS256', x: point.x, y: point.y },
      says: `alg: RS256 ${mixed}`,
    },
    { name: 'PS256 by Ed25519', key: { ...es256, kty: 'OKP', alg: 'PS256' }, says: `alg: PS256 ${mixed}` },
    { name: 'ES256 by RSA', key: { ...rsaOf(2048), alg: 'ES256' }, says: `alg: ES256 ${mixed}` },
    {
      name: 'ES256 by RSA on a curve',
      key: { ...rsaOf(2048), alg: 'ES256', crv: 'P-256' },
      says: `alg: ES256 ${mixed}`,
    },
    { name: 'ES384 on P-256', key: { ...es256, alg: 'ES384' }, says: `alg: ES384 ${mixed}` },
    { name: 'EdDSA on P-256', key: { ...es256, alg: 'EdDSA' }, says: `alg: EdDSA ${mixed}` },
  ] satisfies readonly { name: string; key: Key; says: string }[])
    it(`refuses ${name}`, () => {
      expect(fault(key)).to.equal(`issuers.vms.keys.0.${says}`)
    })

  it('takes a modulus of 2048 to 8192 bits, and says how long another is', () => {
    for (const bits of [2048, 3072, 8192]) expect(fault(rsaOf(bits)), String(bits)).to.equal('taken')
    for (const bits of [1024, 2040, 8200])
      expect(fault(rsaOf(bits))).to.equal(`issuers.vms.keys.0.n: has ${bits} bits, not 2048 to 8192`)
  })

  it('says which key is none, and which stands twice', () => {
    expect(fault(rsaOf(2048), { kid: 'e-2', kty: 'EC', alg: 'ES256', crv: 'P-256', x: point.x })).to.equal(
      'issuers.vms.keys.1: is no public key',
    )
    expect(fault(rsaOf(2048), { ...es256, y: point.x })).to.equal('issuers.vms.keys.1: is no public key')
    expect(fault(es256, rsaOf(2048), { ...es256, until: '2026-01-01T00:00:00Z' })).to.equal(
      'issuers.vms.keys.2.kid: e-1 stands twice',
    )
  })
})

describe('issuers in a document', () => {
  const written = (count: number) => {
    const keys = JSON.stringify([es256])
    const rows = Array.from(
      { length: count },
      (_, at) => `  vms-${at}: { format: jwt, issuer: "https://vms-${at}.example", keys: ${keys} }\n`,
    )
    return `kind: ReferenceValues\nname: clouds\nissuers:\n${rows.join('')}`
  }
  it('are 64 at most', () => {
    expect(parseReferenceValues(written(64), 'clouds.yaml').issuers.size).to.equal(64)
    expect(() => parseReferenceValues(written(65), 'clouds.yaml')).to.throw('too many issuers')
  })
})
