import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { base64url } from 'jose'
import { claimAt, type Claims, type DocumentAlgorithm } from '../../../core/evidence/index.ts'

/** A platform document before it is signed. */
export interface TokenDraft {
  readonly header: Claims
  readonly claims: Claims
  readonly algorithm: DocumentAlgorithm
  readonly privateKey: KeyObject
}

/** How node:crypto makes a signature of each algorithm (RFC 7518, 3.3 to 3.5; RFC 8037, 3.1), and keys for it. */
const signers = {
  RS256: { hash: 'sha256', pair: () => generateKeyPairSync('rsa', { modulusLength: 2048 }) },
  PS256: { hash: 'sha256', pair: () => generateKeyPairSync('rsa', { modulusLength: 2048 }) },
  ES256: { hash: 'sha256', pair: () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }) },
  ES384: { hash: 'sha384', pair: () => generateKeyPairSync('ec', { namedCurve: 'secp384r1' }) },
  EdDSA: { hash: undefined, pair: () => generateKeyPairSync('ed25519') },
} as const satisfies Record<DocumentAlgorithm, object>

interface KeyPair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** RSA keys take long to make. */
const pairs = new Map<string, KeyPair>()

/** The same pair for the same algorithm and owner. */
export function keyPairOf(algorithm: DocumentAlgorithm, owner: string): KeyPair {
  const name = `${algorithm} ${owner}`
  const pair = pairs.get(name) ?? signers[algorithm].pair()
  pairs.set(name, pair)
  return pair
}

/** A JWS in compact serialization. */
export function signedToken({ header, claims, algorithm, privateKey }: TokenDraft): string {
  const input = signingInput(header, claims)
  const { hash } = signers[algorithm]
  const key =
    algorithm === 'PS256'
      ? { key: privateKey, padding: pssPadding, saltLength: 32 }
      : { key: privateKey, dsaEncoding: 'ieee-p1363' as const }
  return `${input}.${base64url.encode(sign(hash, new TextEncoder().encode(input), key))}`
}

/** RSA_PKCS1_PSS_PADDING. */
const pssPadding = 6

export function signingInput(header: Claims, claims: Claims): string {
  return `${base64url.encode(JSON.stringify(header))}.${base64url.encode(JSON.stringify(claims))}`
}

/** Claims with one more, or another value of one. */
export function withClaim(claims: Claims, [step, ...steps]: readonly string[], value: unknown): Claims {
  if (step === undefined) return claims
  const inner = claimAt(claims, [step])
  const below = typeof inner === 'object' && inner !== null ? (inner as Claims) : {}
  return { ...claims, [step]: steps.length === 0 ? value : withClaim(below, steps, value) }
}
