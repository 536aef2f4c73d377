import 'reflect-metadata'
import { webcrypto, X509Certificate } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { expect } from 'chai'
import {
  bootlatch_kp_machine,
  bootlatch_kp_operator,
  CertificateError,
  id_kp_clientAuth,
  id_kp_serverAuth,
  readPeerIdentity,
} from '../../../../core/pki/index.ts'

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const now = Date.parse('2026-03-01T00:00:00Z')
const secondMs = 1000
const machine = 'bootlatch:machine:00112233-4455-6677-8899-aabbccddeeff'
const operator = 'bootlatch:operator:ann'

interface Wish {
  readonly usages?: readonly string[]
  readonly names?: readonly { readonly type: 'url' | 'dns' | 'email'; readonly value: string }[]
  readonly notBefore?: number
  readonly notAfter?: number
  readonly ca?: boolean
}

describe('readPeerIdentity', () => {
  let keys: webcrypto.CryptoKeyPair
  let authority: X509Certificate
  before(async () => {
    keys = await webcrypto.subtle.generateKey(ecdsa, true, ['sign', 'verify'])
    authority = new X509Certificate(await issue({ ca: true }, 'CN=Authority'))
  })

  async function issue(wish: Wish, subject = 'CN=Peer'): Promise<Uint8Array> {
    const { usages = [id_kp_clientAuth, bootlatch_kp_machine], names = [{ type: 'url', value: machine }] } = wish
    const certificate = await x509.X509CertificateGenerator.create(
      {
        serialNumber: '01',
        subject,
        issuer: 'CN=Authority',
        notBefore: new Date(wish.notBefore ?? now - secondMs),
        notAfter: new Date(wish.notAfter ?? now + secondMs),
        publicKey: keys.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ecdsa,
        extensions: [
          new x509.BasicConstraintsExtension(wish.ca ?? false, undefined, true),
          ...(usages.length > 0 ? [new x509.ExtendedKeyUsageExtension([...usages])] : []),
          ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension([...names])] : []),
        ],
      },
      webcrypto,
    )
    return new Uint8Array(certificate.rawData)
  }
  const outcome = async (wish: Wish): Promise<string> => {
    try {
      return readPeerIdentity(await issue(wish), authority, now).kind
    } catch (error) {
      if (error instanceof CertificateError) return error.problem
      throw error
    }
  }

  const url = (value: string) => ({ type: 'url' as const, value })
  const rows: readonly (readonly [what: string, wish: Wish, outcome: string])[] = [
    ['a machine', {}, 'machine'],
    ['an operator', { usages: [id_kp_clientAuth, bootlatch_kp_operator], names: [url(operator)] }, 'operator'],
    ['one that begins now', { notBefore: now }, 'machine'],
    ['one that ends now', { notAfter: now }, 'machine'],
    ['one that begins in a second', { notBefore: now + secondMs, notAfter: now + 2 * secondMs }, 'pki/validity'],
    ['one that ended a second ago', { notBefore: now - 2 * secondMs, notAfter: now - secondMs }, 'pki/validity'],
    ['an authority', { ca: true }, 'pki/profile'],
    ['no usage at all', { usages: [] }, 'pki/profile'],
    ['no client', { usages: [bootlatch_kp_machine] }, 'pki/profile'],
    ['a client of another kind', { usages: [id_kp_clientAuth] }, 'pki/profile'],
    ['a machine by name, an operator by usage', { usages: [id_kp_clientAuth, bootlatch_kp_operator] }, 'pki/profile'],
    ['both by usage', { usages: [id_kp_clientAuth, bootlatch_kp_machine, bootlatch_kp_operator] }, 'pki/profile'],
    ['a usage more', { usages: [id_kp_clientAuth, bootlatch_kp_machine, id_kp_serverAuth] }, 'pki/profile'],
    ['a usage twice instead', { usages: [id_kp_clientAuth, id_kp_clientAuth] }, 'pki/profile'],
    ['no name', { names: [] }, 'pki/name'],
    ['two names', { names: [url(machine), url(operator)] }, 'pki/name'],
    ['another name beside', { names: [url(machine), { type: 'dns', value: 'x' }] }, 'pki/name'],
    ['the name as another type', { names: [{ type: 'email', value: machine }] }, 'pki/name'],
    ['a URI of another kind', { names: [url('https://example.com')] }, 'pki/name'],
    ['a list hidden in one URI', { names: [url(`${operator}, URI:${machine}`)] }, 'pki/name'],
  ]
  for (const [what, wish, expected] of rows) {
    it(`takes ${what} for ${expected}`, async () => {
      expect(await outcome(wish)).to.equal(expected)
    })
  }
})
