import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import {
  ALG,
  type Authorized,
  CURVE,
  curves,
  drawScalar,
  FlushContext,
  LoadExternal,
  passwordSession,
  RH,
  ScalarMultiplier,
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

export type BlockCipherId = typeof ALG.tdes | typeof ALG.aes | typeof ALG.camellia

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

const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
const [eccKeys, otherEccKeys] = [0, 1].map(() => new Map(curves.map((row) => [row.id, drawScalar(row, random)])))
const rsa2048 = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })

/** A key on one of the curves. */
export const eccKeyOf = (curveID: number, scheme?: TPMT_ECC_SCHEME, attributes?: readonly Attribute[]): ExternalKey =>
  eccKeyBy(eccKeys?.get(curveID) ?? empty, curveID, scheme, attributes)

/** Another key on the same curve. */
export const otherEccKeyOf: typeof eccKeyOf = (curveID, scheme, attributes) =>
  eccKeyBy(otherEccKeys?.get(curveID) ?? empty, curveID, scheme, attributes)

function eccKeyBy(
  scalar: Uint8Array,
  curveID: number,
  scheme: TPMT_ECC_SCHEME = { scheme: ALG.null },
  attributes: readonly Attribute[] = signing,
): ExternalKey {
  return {
    publicArea: {
      type: ALG.ecc,
      nameAlg: ALG.sha256,
      objectAttributes: TPMA_OBJECT.of(...attributes),
      authPolicy: empty,
      parameters: { symmetric: { algorithm: ALG.null }, scheme, curveID, kdf: { scheme: ALG.null } },
      unique: new ScalarMultiplier(curveID, scalar).timesBase(),
    },
    sensitive: { sensitiveType: ALG.ecc, authValue: empty, seedValue: empty, sensitive: scalar.slice() },
  }
}

export const eccKey = (scheme?: TPMT_ECC_SCHEME, attributes?: readonly Attribute[]): ExternalKey =>
  eccKeyOf(CURVE.nistP256, scheme, attributes)

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

/** A key for a block cipher; `mode` may be TPM_ALG_NULL, and then each use says its own. */
export function cipherKey(
  algorithm: BlockCipherId,
  key: Uint8Array,
  mode: number = ALG.null,
  attributes: readonly Attribute[] = ['userWithAuth', 'noDA', 'sign', 'decrypt'],
): ExternalKey {
  const seedValue = new Uint8Array(32).fill(7)
  const unique = new Uint8Array(createHash('sha256').update(seedValue).update(key).digest())
  return {
    publicArea: {
      type: ALG.symcipher,
      nameAlg: ALG.sha256,
      objectAttributes: TPMA_OBJECT.of(...attributes),
      authPolicy: empty,
      parameters: { sym: { algorithm, keyBits: 8 * key.length, mode } },
      unique,
    },
    sensitive: { sensitiveType: ALG.symcipher, authValue: empty, seedValue, sensitive: key },
  }
}

export const aesKey = (key: Uint8Array, mode?: number, attributes?: readonly Attribute[]): ExternalKey =>
  cipherKey(ALG.aes, key, mode, attributes)

/** A key with its private part, or its public part alone. */
export type LoadableKey = Pick<ExternalKey, 'publicArea'> & { readonly sensitive?: TPMT_SENSITIVE | undefined }

/** Loads a key into the null hierarchy. */
export async function loadExternal(
  client: TpmClient,
  key: LoadableKey,
): Promise<{ readonly handle: number; readonly name: Uint8Array }> {
  const parameters = { inPrivate: key.sensitive, inPublic: key.publicArea, hierarchy: RH.null }
  return client.run(LoadExternal, {}, parameters)
}

/** Loads a key for as long as the work with it takes. */
export async function withExternal<T>(
  client: TpmClient,
  key: LoadableKey,
  work: (key: Authorized) => Promise<T>,
): Promise<T> {
  const { handle, name } = await loadExternal(client, key)
  try {
    return await work({ handle, name, auth: passwordSession() })
  } finally {
    await client.run(FlushContext, {}, { flushHandle: handle })
  }
}
