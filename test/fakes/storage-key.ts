import { constants, generateKeyPairSync, privateDecrypt, type KeyObject } from 'node:crypto'
import { ALG, CURVE, srkTemplate, type EccPublic, type RsaPublic } from '../../core/tpm/index.ts'

/** A key pair as the holder has it, and its public area as others do. */
interface Held<Public> {
  readonly publicArea: Public
  readonly privateKey: KeyObject
}

const bytes = (text: string | undefined): Uint8Array => new Uint8Array(Buffer.from(text ?? '', 'base64url'))

/** Made once: it takes a while. */
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** An RSA storage key of 2048 bits, the same each time. */
export function rsaStorageKey(): Held<RsaPublic> {
  const { privateKey } = rsa
  const { objectAttributes, authPolicy, nameAlg } = srkTemplate
  const symmetric = { algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb } as const
  return {
    privateKey,
    publicArea: {
      type: ALG.rsa,
      nameAlg,
      objectAttributes,
      authPolicy,
      parameters: { symmetric, scheme: { scheme: ALG.null }, keyBits: 2048, exponent: 0 },
      unique: bytes(privateKey.export({ format: 'jwk' }).n),
    },
  }
}

/** The secret that was shared with the RSA storage key for one use, whose label ends in a zero (Part 1, B.4). */
export function openSecret(encrypted: Uint8Array, label: string, oaepHash = 'sha256'): Uint8Array {
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const oaepLabel = new TextEncoder().encode(label)
  return new Uint8Array(privateDecrypt({ key: rsa.privateKey, padding, oaepHash, oaepLabel }, encrypted))
}

/** An ECC storage key on a NIST curve. */
export function eccStorageKey(namedCurve: 'P-256' | 'P-384' | 'P-521' = 'P-256'): Held<EccPublic> {
  const curveID = { 'P-256': CURVE.nistP256, 'P-384': CURVE.nistP384, 'P-521': CURVE.nistP521 }[namedCurve]
  const { privateKey } = generateKeyPairSync('ec', { namedCurve })
  const { x, y } = privateKey.export({ format: 'jwk' })
  return {
    privateKey,
    publicArea: {
      ...srkTemplate,
      parameters: { ...srkTemplate.parameters, curveID },
      unique: { x: bytes(x), y: bytes(y) },
    },
  }
}
