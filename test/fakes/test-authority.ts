import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const dayMs = 86_400_000
const lifeMs = 90 * dayMs

interface Leaf {
  readonly name: string
  readonly usage: 'server' | 'client'
  /** Name of a server, in place of localhost and 127.0.0.1. */
  readonly host?: string
  readonly notBefore?: Date
  readonly notAfter?: Date
}

/** A certificate with its private key, as PEM. */
export interface Credential {
  readonly certificate: string
  readonly key: string
}

/** A small certificate authority for tests of what speaks TLS. */
export class TestAuthority {
  readonly anchor: string
  readonly #certificate: x509.X509Certificate
  readonly #keys: webcrypto.CryptoKeyPair

  private constructor(certificate: x509.X509Certificate, keys: webcrypto.CryptoKeyPair) {
    this.#certificate = certificate
    this.#keys = keys
    this.anchor = certificate.toString('pem')
  }

  static async create(name = 'Test authority'): Promise<TestAuthority> {
    const keys = await newKeys()
    const certificate = await x509.X509CertificateGenerator.createSelfSigned(
      {
        serialNumber: '01',
        name: `CN=${name}`,
        notBefore: new Date(Date.now() - dayMs),
        notAfter: new Date(Date.now() + lifeMs),
        keys,
        signingAlgorithm: ecdsa,
        extensions: [
          new x509.BasicConstraintsExtension(true, 0, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        ],
      },
      webcrypto,
    )
    return new TestAuthority(certificate, keys)
  }

  /** A leaf for a server, by default localhost and 127.0.0.1, or for a client. */
  async issue({ name, usage, host, notBefore, notAfter }: Leaf): Promise<Credential> {
    const keys = await newKeys()
    const addresses = new x509.SubjectAlternativeNameExtension(
      host === undefined
        ? [
            { type: 'dns', value: 'localhost' },
            { type: 'ip', value: '127.0.0.1' },
          ]
        : [{ type: 'dns', value: host }],
    )
    const certificate = await x509.X509CertificateGenerator.create(
      {
        subject: `CN=${name}`,
        issuer: this.#certificate.subject,
        notBefore: notBefore ?? new Date(Date.now() - dayMs),
        notAfter: notAfter ?? new Date(Date.now() + lifeMs),
        publicKey: keys.publicKey,
        signingKey: this.#keys.privateKey,
        signingAlgorithm: ecdsa,
        extensions: [
          new x509.ExtendedKeyUsageExtension([usage === 'server' ? '1.3.6.1.5.5.7.3.1' : '1.3.6.1.5.5.7.3.2']),
          ...(usage === 'server' ? [addresses] : []),
        ],
      },
      webcrypto,
    )
    const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
    return { certificate: certificate.toString('pem'), key: x509.PemConverter.encode(key, 'PRIVATE KEY') }
  }
}

const newKeys = (): Promise<webcrypto.CryptoKeyPair> => webcrypto.subtle.generateKey(ecdsa, true, ['sign', 'verify'])
