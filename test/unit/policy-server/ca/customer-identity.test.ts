import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, webcrypto, type KeyObject } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { expect } from 'chai'
import {
  checkServerIdentity,
  readPemIdentity,
  readPkcs12Identity,
  ServerCertificateError,
} from '../../../../policy-server/ca/index.ts'

const now = Date.parse('2026-03-01T00:00:00Z')
const dayMs = 86_400_000
const names = ['boot.example.com', '192.0.2.1']

interface Made {
  readonly pem: string
  readonly key: KeyObject
  readonly keyPem: string
}
interface Wish {
  readonly kind?: 'rsa' | 'weak-rsa' | 'ec' | 'ed25519'
  readonly issuer?: Made
  readonly ca?: boolean
  readonly usage?: string
  readonly ended?: boolean
}

const newKey = (kind: Wish['kind']) =>
  ({
    rsa: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    'weak-rsa': () => generateKeyPairSync('rsa', { modulusLength: 1024 }),
    ec: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    ed25519: () => generateKeyPairSync('ed25519'),
  })[kind ?? 'ec']()

const algorithms = {
  rsa: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  ec: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
} as const

async function make(subject: string, wish: Wish = {}): Promise<Made> {
  const { publicKey, privateKey } = newKey(wish.kind)
  const signer = wish.issuer?.key ?? privateKey
  const algorithm = algorithms[signer.asymmetricKeyType === 'rsa' ? 'rsa' : 'ec']
  const pkcs8 = signer.export({ type: 'pkcs8', format: 'der' })
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: '01',
      subject: `CN=${subject}`,
      issuer: wish.issuer === undefined ? `CN=${subject}` : new x509.X509Certificate(wish.issuer.pem).subject,
      notBefore: new Date(now - 10 * dayMs),
      notAfter: new Date(wish.ended === true ? now - dayMs : now + 10 * dayMs),
      publicKey: new x509.PublicKey(publicKey.export({ type: 'spki', format: 'der' })),
      signingKey: await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']),
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(wish.ca ?? false, undefined, true),
        new x509.ExtendedKeyUsageExtension([wish.usage ?? '1.3.6.1.5.5.7.3.1']),
        new x509.SubjectAlternativeNameExtension([
          { type: 'dns', value: 'boot.example.com' },
          { type: 'ip', value: '192.0.2.1' },
        ]),
      ],
    },
    webcrypto,
  )
  return {
    pem: `${certificate.toString('pem')}\n`,
    key: privateKey,
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

const failureOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof ServerCertificateError) return error.message
    throw error
  }
  return 'none'
}
const check = (chain: readonly Made[], key: Made | undefined = chain[0], at = now): string =>
  failureOf(() => {
    checkServerIdentity(readPemIdentity(chain.map(({ pem }) => pem).join(''), key!.keyPem), names, at)
  })

describe('the customer’s own server certificate', () => {
  let root: Made
  let intermediate: Made
  let leaf: Made
  before(async () => {
    root = await make('Root', { ca: true })
    intermediate = await make('Intermediate', { ca: true, issuer: root })
    leaf = await make('Server', { issuer: intermediate })
  })

  it('is taken as PEM, with elliptic curves or RSA', async () => {
    expect(check([leaf, intermediate, root])).to.equal('none')
    expect(check([await make('RSA', { kind: 'rsa', issuer: root }), root])).to.equal('none')
  })

  const refused: readonly (readonly [what: string, made: () => Promise<string> | string, message: RegExp])[] = [
    [
      'a chain without its root',
      () => check([leaf, intermediate]),
      /CN=Intermediate: the chain must end in its self-signed root/,
    ],
    ['a chain in the wrong order', () => check([leaf, root, intermediate], leaf), /CN=Server: not issued by/],
    ['a chain with a gap', () => check([leaf, root]), /CN=Server: not issued by/],
    ['the key of another', () => check([leaf, intermediate, root], root), /does not belong/],
    [
      'a certificate that ended',
      () => check([leaf, intermediate, root], leaf, now + 20 * dayMs),
      /CN=Server: not valid at this time/,
    ],
    [
      'a root that ended',
      async () => {
        const old = await make('Old', { ca: true, ended: true })
        return check([await make('S', { issuer: old }), old])
      },
      /CN=Old: not valid at this time/,
    ],
    ['a leaf that is an authority', () => check([root]), /not for a TLS server/],
    [
      'a leaf for clients',
      async () => check([await make('C', { usage: '1.3.6.1.5.5.7.3.2', issuer: root }), root]),
      /not for a TLS server/,
    ],
    [
      'RSA of 1024 bits',
      async () => check([await make('W', { kind: 'weak-rsa', issuer: root }), root]),
      /RSA of 2048 bits or more/,
    ],
    [
      'Ed25519',
      async () => check([await make('E', { kind: 'ed25519', issuer: root }), root]),
      /RSA of 2048 bits or more/,
    ],
    [
      'a name that it does not have',
      () =>
        failureOf(() => {
          checkServerIdentity(
            readPemIdentity(leaf.pem + intermediate.pem + root.pem, leaf.keyPem),
            ['other.example.com'],
            now,
          )
        }),
      /does not name other\.example\.com/,
    ],
    [
      'an address that it does not have',
      () =>
        failureOf(() => {
          checkServerIdentity(readPemIdentity(leaf.pem + intermediate.pem + root.pem, leaf.keyPem), ['::1'], now)
        }),
      /does not name ::1/,
    ],
    [
      'a chain file without certificates',
      () => failureOf(() => readPemIdentity('none', leaf.keyPem)),
      /no PEM certificate/,
    ],
    [
      'a damaged certificate',
      () =>
        failureOf(() => readPemIdentity('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', leaf.keyPem)),
      /damaged certificate/,
    ],
    [
      'a key file without key',
      () => failureOf(() => readPemIdentity(leaf.pem, 'none')),
      /no unencrypted PEM private key/,
    ],
  ]
  for (const [what, made, message] of refused) {
    it(`is refused with ${what}`, async () => {
      expect(await made()).to.match(message)
    })
  }

  describe('as PKCS #12', () => {
    let folder: string
    let rsa: Made
    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'bootlatch-pkcs12-'))
      rsa = await make('RSA', { kind: 'rsa', issuer: await make('RSA root', { kind: 'rsa', ca: true }) })
    })
    after(() => {
      rmSync(folder, { recursive: true })
    })
    const pack = (made: Made, others: string, ...options: readonly string[]): Uint8Array => {
      const path = (name: string): string => join(folder, name)
      writeFileSync(path('chain.pem'), made.pem + others)
      writeFileSync(path('key.pem'), made.keyPem, { mode: 0o600 })
      const files = ['-in', path('chain.pem'), '-inkey', path('key.pem'), '-out', path('out.p12')]
      execFileSync('openssl', ['pkcs12', '-export', ...files, '-passout', 'pass:secret', ...options])
      return Uint8Array.from(readFileSync(path('out.p12')))
    }

    for (const options of [[], ['-legacy']]) {
      it(`is read and put in order, ciphers ${options[0] ?? 'of today'}`, async () => {
        const rsaRoot = await make('RSA root', { kind: 'rsa', ca: true })
        const between = await make('RSA between', { kind: 'rsa', ca: true, issuer: rsaRoot })
        const server = await make('RSA server', { kind: 'rsa', issuer: between })
        const identity = readPkcs12Identity(pack(server, rsaRoot.pem + between.pem, ...options), 'secret')
        checkServerIdentity(identity, names, now)
        expect(identity.chain.map(({ subject }) => subject)).to.deep.equal([
          'CN=RSA server',
          'CN=RSA between',
          'CN=RSA root',
        ])
      })
    }

    it('is refused with another passphrase', () => {
      expect(failureOf(() => readPkcs12Identity(pack(rsa, ''), 'wrong'))).to.match(/passphrase does not open it/)
    })
    it('is refused with an elliptic-curve key, saying what to give instead', () => {
      expect(failureOf(() => readPkcs12Identity(pack(leaf, root.pem), 'secret'))).to.match(/only RSA .* as PEM/)
    })
    it('is refused with rubbish and every tenth prefix', () => {
      const file = pack(rsa, '')
      expect(failureOf(() => readPkcs12Identity(new Uint8Array(9), 'secret'))).to.match(/^PKCS #12/)
      for (let size = 0; size < file.length; size += Math.ceil(file.length / 10)) {
        expect(
          failureOf(() => readPkcs12Identity(file.subarray(0, size), 'secret')),
          `${size}`,
        ).to.match(/^PKCS #12/)
      }
    })
  })
})
