import { createHash, createPublicKey, type KeyObject } from 'node:crypto'

/** JWS algorithms that changes may be signed with (RFC 7518, 3.4; RFC 8037, 3.1), each for one kind of key and no other. */
const algorithms = {
  ES256: { kty: 'EC', crv: 'P-256' },
  ES384: { kty: 'EC', crv: 'P-384' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
} as const
export type SigningAlgorithm = keyof typeof algorithms

/** A public key that may sign: what it signs with follows from the key, never from a signature. */
export interface SigningKey {
  /** RFC 7638: base64url of the SHA-256 of the key's required members. */
  readonly keyId: string
  readonly algorithm: SigningAlgorithm
  readonly publicKey: KeyObject
}

/** The signing key of a public or private key; undefined where it is of another kind than those above. */
export function signingKeyOf(key: KeyObject): SigningKey | undefined {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  if (publicKey.asymmetricKeyType !== 'ec' && publicKey.asymmetricKeyType !== 'ed25519') return undefined
  const { kty, crv, x = '', y = '' } = publicKey.export({ format: 'jwk' })
  for (const [name, kind] of Object.entries(algorithms)) {
    if (kind.kty !== kty || kind.crv !== crv) continue
    // RFC 7638, 3.1: required members only, in the order of their names.
    const members = kty === 'EC' ? { crv, kty, x, y } : { crv, kty, x }
    const keyId = createHash('sha256').update(JSON.stringify(members)).digest('base64url')
    return { keyId, algorithm: name as SigningAlgorithm, publicKey }
  }
  return undefined
}
