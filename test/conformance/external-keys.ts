import { createHash, generateKeyPairSync } from 'node:crypto'
import {
  ALG,
  CURVE,
  LoadExternal,
  RH,
  TPMA_OBJECT,
  type TpmClient,
  type TPMT_ECC_SCHEME,
  type TPMT_KEYEDHASH_SCHEME,
  type TPMT_PUBLIC,
  type TPMT_RSA_SCHEME,
  type TPMT_SENSITIVE,
} from '../../core/tpm/index.ts'

/** Keys whose private part is known outside, so that several TPMs can have the same. */
export interface ExternalKey {
  readonly publicArea: TPMT_PUBLIC
  readonly sensitive: TPMT_SENSITIVE
}

type Attribute = keyof TPMA_OBJECT

const empty = new Uint8Array(0)
const bytes = (text: string | undefined): Uint8Array => new Uint8Array(Buffer.from(text ?? '', 'base64url'))
const signing: readonly Attribute[] = ['userWithAuth', 'noDA', 'sign']

export function hmacKey(
  key: Uint8Array,
  scheme: TPMT_KEYEDHASH_SCHEME = { scheme: ALG.hmac, hashAlg: ALG.sha256 },
  attributes: readonly Attribute[] = signing,
): ExternalKey {
  const seedValue = new Uint8Array(32).fill(7)
  const unique = new Uint8Array(createHash('sha256').update(seedValue).update(key).digest())
  return {
    publicArea: {
      type: ALG.keyedhash,
      nameAlg: ALG.sha256,
      objectAttributes: TPMA_OBJECT.of(...attributes),
      authPolicy: empty,
      parameters: { scheme },
      unique,
    },
    sensitive: { sensitiveType: ALG.keyedhash, authValue: empty, seedValue, sensitive: key },
  }
}

const p256 = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export({ format: 'jwk' })
const rsa2048 = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })

export function eccKey(
  scheme: TPMT_ECC_SCHEME = { scheme: ALG.null },
  attributes: readonly Attribute[] = signing,
): ExternalKey {
  return {
    publicArea: {
      type: ALG.ecc,
      nameAlg: ALG.sha256,
      objectAttributes: TPMA_OBJECT.of(...attributes),
      authPolicy: empty,
      parameters: {
        symmetric: { algorithm: ALG.null },
        scheme,
        curveID: CURVE.nistP256,
        kdf: { scheme: ALG.null },
      },
      unique: { x: bytes(p256.x), y: bytes(p256.y) },
    },
    sensitive: { sensitiveType: ALG.ecc, authValue: empty, seedValue: empty, sensitive: bytes(p256.d) },
  }
}

export function rsaKey(
  scheme: TPMT_RSA_SCHEME = { scheme: ALG.null },
  attributes: readonly Attribute[] = signing,
): ExternalKey {
  return {
    publicArea: {
      type: ALG.rsa,
      nameAlg: ALG.sha256,
      objectAttributes: TPMA_OBJECT.of(...attributes),
      authPolicy: empty,
      parameters: { symmetric: { algorithm: ALG.null }, scheme, keyBits: 2048, exponent: 0 },
      unique: bytes(rsa2048.n),
    },
    sensitive: { sensitiveType: ALG.rsa, authValue: empty, seedValue: empty, sensitive: bytes(rsa2048.p) },
  }
}

/** Loads a key with its private part, or its public part alone, in the null hierarchy. */
export async function loadExternal(
  client: TpmClient,
  key: { readonly publicArea: TPMT_PUBLIC; readonly sensitive?: TPMT_SENSITIVE | undefined },
): Promise<{ readonly handle: number; readonly name: Uint8Array }> {
  const parameters = { inPrivate: key.sensitive, inPublic: key.publicArea, hierarchy: RH.null }
  return client.run(LoadExternal, {}, parameters)
}
