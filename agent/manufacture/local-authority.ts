import 'reflect-metadata'
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  webcrypto,
  type KeyObject,
} from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'
import { toHex } from '../../core/bytes/index.ts'
import { bootlatch_cp_emulatedTpm } from '../../core/pki/index.ts'
import { localDisk } from '../vtpm/index.ts'
import { type CertificateContent } from './certificate-content.ts'

x509.cryptoProvider.set(webcrypto)

/** Where an authority has its key and its certificate, both PEM. */
export interface AuthorityFiles {
  readonly key: string
  readonly certificate: string
}

/** An authority's file cannot be used. */
export class AuthorityError extends Error {
  override readonly name = 'AuthorityError'
}

const [keyFile, certificateFile] = ['ca.key', 'ca.pem']
const ownerOnly = 0o700
const serialBytes = 16
/** RFC 5280, 4.1.2.5: "no well-defined expiration date"; an emulated TPM has no clock it could trust either. */
const never = new Date('9999-12-31T23:59:59Z')
const always = new Date(0)
const algorithms: Readonly<Record<string, { name: string; namedCurve?: string; hash: string }>> = {
  prime256v1: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  secp384r1: { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
  rsa: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
}

/** The authority in a folder; in an empty one it is made. */
export async function authorityIn(folder: string): Promise<LocalAuthority> {
  const files = { key: join(folder, keyFile), certificate: join(folder, certificateFile) }
  if (!existsSync(files.certificate)) {
    mkdirSync(folder, { recursive: true, mode: ownerOnly })
    await makeAuthority(files)
  }
  return LocalAuthority.open(files)
}

async function makeAuthority(files: AuthorityFiles): Promise<void> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const subject = [{ CN: [`Bootlatch local TPM authority ${toHex(new Uint8Array(randomBytes(4)))}`] }]
  const itself = new LocalAuthority(privateKey, new x509.Name(subject).toString())
  const certificate = await itself.issue(spkiOf(createPublicKey(privateKey)), {
    subject,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      new x509.CertificatePolicyExtension([bootlatch_cp_emulatedTpm]),
    ],
  })
  const text = new TextEncoder()
  localDisk.create(files.key, text.encode(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string))
  localDisk.create(
    files.certificate,
    text.encode(`${new x509.X509Certificate(certificate as x509.AsnEncodedType).toString('pem')}\n`),
  )
}

/** Issues the certificates of emulated TPMs. Who has its key can issue them too: they prove what that is worth. */
export class LocalAuthority {
  readonly #key: KeyObject
  readonly #subject: string

  constructor(key: KeyObject, subject: string) {
    this.#key = key
    this.#subject = subject
  }

  /** @throws AuthorityError if a file cannot be read, or key and certificate are no pair. */
  static open(files: AuthorityFiles): LocalAuthority {
    const key = reading(files.key, (pem) => createPrivateKey(pem))
    const certificate = reading(files.certificate, (pem) => new x509.X509Certificate(pem))
    if (toHex(spkiOf(createPublicKey(key))) !== toHex(new Uint8Array(certificate.publicKey.rawData)))
      throw new AuthorityError(`${files.certificate}: not the certificate of ${files.key}`)
    return new LocalAuthority(key, certificate.subject)
  }

  /** A certificate for this public key, DER. */
  async issue(spki: Uint8Array, { subject, extensions }: CertificateContent): Promise<Uint8Array> {
    const algorithm = algorithms[this.#key.asymmetricKeyDetails?.namedCurve ?? this.#key.asymmetricKeyType ?? '']
    if (algorithm === undefined) throw new AuthorityError('the key of the authority is neither RSA nor P-256 nor P-384')
    const pkcs8 = this.#key.export({ type: 'pkcs8', format: 'der' })
    const signingKey = await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign'])
    pkcs8.fill(0)
    const publicKey = new x509.PublicKey(spki as x509.AsnEncodedType)
    const issuerKey = new x509.PublicKey(spkiOf(createPublicKey(this.#key)) as x509.AsnEncodedType)
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: freshSerial(),
      subject,
      issuer: this.#subject,
      notBefore: always,
      notAfter: never,
      publicKey,
      signingKey,
      signingAlgorithm: algorithm,
      extensions: [
        ...extensions,
        await x509.SubjectKeyIdentifierExtension.create(publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(issuerKey),
      ],
    })
    return new Uint8Array(certificate.rawData)
  }
}

function reading<T>(path: string, parse: (pem: string) => T): T {
  try {
    return parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new AuthorityError(`${path}: ${cause instanceof Error ? cause.message : 'cannot be read'}`, { cause })
  }
}

export function spkiOf(publicKey: KeyObject): Uint8Array {
  return Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }))
}

/** RFC 5280, 4.1.2.2: positive, at most 20 bytes. */
function freshSerial(): string {
  const serial = new Uint8Array(randomBytes(serialBytes))
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  return toHex(serial)
}
