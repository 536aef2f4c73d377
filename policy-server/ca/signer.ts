import 'reflect-metadata'
import { createPrivateKey, createPublicKey, generateKeyPairSync, webcrypto, type KeyObject } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { toHex } from '../../core/bytes/index.ts'
import type { Random } from '../keys/index.ts'

x509.cryptoProvider.set(webcrypto)

const ecdsaP256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const serialSize = 16

/** RFC 5280, 4.1.2.5: "no well-defined expiration date". */
export const never = new Date('9999-12-31T23:59:59Z')
/** A machine whose clock has lost its battery wakes in 1970 and must still take its server's certificate for valid. */
export const always = new Date(0)

/** What a profile decides of a certificate. */
export interface CertificateContent {
  readonly subject: string
  readonly notBefore: Date
  readonly notAfter: Date
  readonly extensions: readonly x509.Extension[]
}

/** A P-256 private key as it is wrapped: PKCS #8, DER. The caller clears it. */
export function generatePrivateKey(): Uint8Array {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const der = privateKey.export({ type: 'pkcs8', format: 'der' })
  const copy = Uint8Array.from(der)
  der.fill(0)
  return copy
}

/** Reads what `generatePrivateKey` made. */
export function readPrivateKey(pkcs8: Uint8Array): KeyObject {
  return createPrivateKey({
    key: Buffer.from(pkcs8.buffer, pkcs8.byteOffset, pkcs8.length),
    type: 'pkcs8',
    format: 'der',
  })
}

/** SubjectPublicKeyInfo of a private key, DER. */
export function spkiOf(key: KeyObject): Uint8Array {
  return Uint8Array.from(createPublicKey(key).export({ type: 'spki', format: 'der' }))
}

/** An authority's name and key, in use. The key cannot be taken out of it again. */
export class Signer {
  readonly #issuer: string
  readonly #key: webcrypto.CryptoKey
  readonly #spki: Uint8Array
  readonly #random: Random

  private constructor(issuer: string, key: webcrypto.CryptoKey, spki: Uint8Array, random: Random) {
    this.#issuer = issuer
    this.#key = key
    this.#spki = spki
    this.#random = random
  }

  static async open(issuer: string, pkcs8: Uint8Array, random: Random): Promise<Signer> {
    const key = await webcrypto.subtle.importKey('pkcs8', pkcs8, ecdsaP256, false, ['sign'])
    return new Signer(issuer, key, spkiOf(readPrivateKey(pkcs8)), random)
  }

  /** Signs a certificate for this public key; subject and authority key identifiers are added. */
  async sign(spki: Uint8Array, content: CertificateContent): Promise<Uint8Array> {
    const publicKey = new x509.PublicKey(spki as x509.AsnEncodedType)
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: this.#serial(),
      subject: content.subject,
      issuer: this.#issuer,
      notBefore: content.notBefore,
      notAfter: content.notAfter,
      publicKey,
      signingKey: this.#key,
      signingAlgorithm: ecdsaP256,
      extensions: [
        ...content.extensions,
        await x509.SubjectKeyIdentifierExtension.create(publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(new x509.PublicKey(this.#spki as x509.AsnEncodedType)),
      ],
    })
    return new Uint8Array(certificate.rawData)
  }

  /** The authority's own certificate. */
  signItself(content: CertificateContent): Promise<Uint8Array> {
    return this.sign(this.#spki, content)
  }

  /** RFC 5280, 4.1.2.2: positive, at most 20 bytes. */
  #serial(): string {
    const serial = this.#random(serialSize)
    serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
    return toHex(serial)
  }
}
