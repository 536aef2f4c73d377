import { base64url, compactVerify, errors } from 'jose'
import { equalInPublic } from '../../bytes/index.ts'
import { claimAt, type Claims } from './claims.ts'
import { jsonObject, parseCompactJws, type UntrustedJws } from './compact-jws.ts'
import { platformFormats } from './formats.ts'
import { type IssuerKey, type PlatformIssuer } from './issuer.ts'
import { PlatformError } from './platform-error.ts'

/** A document as a machine showed it, and what the server knows of its coming. */
export interface PresentedDocument {
  readonly untrustedDocument: Uint8Array
  /** What it has to carry: `platformNonce` of the request that it came with. */
  readonly nonce: Uint8Array
  readonly receivedUnixMs: number
}

declare const verified: unique symbol

/** What a platform says of the machine that asks, for this very request. Whether it is wanted is policy. */
export interface VerifiedPlatformDocument {
  readonly [verified]: true
  readonly keyId: string
  /** The instance as its issuer names it. */
  readonly instance: string
  /** The instance among those of all issuers: `NAME at ISSUER`. */
  readonly instanceAtIssuer: string
  readonly claims: Claims
  /** How old it was when it came; below zero where the issuer's clock is ahead. */
  readonly ageMs: number
}

/** So far may the issuer's clock and ours be apart. */
const clockSkewMs = 60_000
/** Without blanks, so that name and issuer can be told apart again. */
const instanceName = /^[\x21-\x7e]{1,255}$/
const latestSeconds = 1e11

/**
 * Verifies a document by the keys listed for one issuer, the signature before anything that is signed.
 * @throws PlatformError
 */
export async function verifyPlatformDocument(
  issuer: PlatformIssuer,
  presented: PresentedDocument,
): Promise<VerifiedPlatformDocument> {
  const untrusted = parseCompactJws(presented.untrustedDocument)
  const key = listedKey(issuer, untrusted, presented.receivedUnixMs)
  const claims = jsonObject(await verifiedPayload(untrusted, key))

  const format = platformFormats[issuer.format]
  if (claims['iss'] !== issuer.issuer) throw new PlatformError('issuer')
  refuseOtherNonce(claimAt(claims, format.nonce), presented.nonce)
  const ageMs = ageOf(claims, presented.receivedUnixMs)
  const instance = claimAt(claims, format.instance)
  if (typeof instance !== 'string' || !instanceName.test(instance)) throw new PlatformError('instance')
  const instanceAtIssuer = `${instance} at ${issuer.issuer}`
  return { keyId: key.keyId, instance, instanceAtIssuer, claims, ageMs } as VerifiedPlatformDocument
}

function listedKey(issuer: PlatformIssuer, { kid, alg }: UntrustedJws, receivedUnixMs: number): IssuerKey {
  const key = issuer.keys.get(kid)
  if (key === undefined) throw new PlatformError('unknown-key', kid)
  if (key.untilUnixMs !== undefined && receivedUnixMs >= key.untilUnixMs) throw new PlatformError('expired-key')
  if (alg !== key.algorithm) throw new PlatformError('algorithm')
  return key
}

async function verifiedPayload({ text }: UntrustedJws, { publicKey, algorithm }: IssuerKey): Promise<Uint8Array> {
  try {
    return (await compactVerify(text, publicKey, { algorithms: [algorithm] })).payload
  } catch (cause) {
    if (cause instanceof errors.JOSEError) throw new PlatformError('signature', '', { cause })
    throw cause
  }
}

function refuseOtherNonce(claimed: unknown, nonce: Uint8Array): void {
  const bytes = new TextEncoder().encode(typeof claimed === 'string' ? claimed : '')
  if (!equalInPublic(bytes, new TextEncoder().encode(base64url.encode(nonce)))) throw new PlatformError('nonce')
}

/** RFC 7519, 4.1.4 to 4.1.6: when it was made and until when it counts have to be there, and hold. */
function ageOf(claims: Claims, receivedUnixMs: number): number {
  const { iat, exp, nbf = iat } = claims
  if (!isNumericDate(iat) || !isNumericDate(exp) || !isNumericDate(nbf)) throw new PlatformError('time')
  const ageMs = receivedUnixMs - 1000 * iat
  const isBegun = ageMs >= -clockSkewMs && receivedUnixMs - 1000 * nbf >= -clockSkewMs
  if (!isBegun || receivedUnixMs >= 1000 * exp + clockSkewMs) throw new PlatformError('time')
  return ageMs
}

function isNumericDate(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < latestSeconds
}
