import { base64url, errors, flattenedVerify } from 'jose'
import { equalInPublic } from '../bytes/index.ts'
import { type SigningAlgorithm, type SigningKey } from './algorithms.ts'
import { encodeChange, type Change } from './change.ts'
import { parseGeneralJws, parseProtectedHeader, type GeneralJws } from './general-jws.ts'
import { SignatureError } from './signature-error.ts'

/** A key that was enrolled for an engineer. */
export interface EnrolledKey extends SigningKey {
  readonly engineer: string
  /** UTC milliseconds from which it counts no more. */
  readonly untilUnixMs: number | undefined
  readonly isRetired: boolean
}

/** Every key that ever was enrolled, by its id. */
export type Keyring = ReadonlyMap<string, EnrolledKey>

/** A signature that holds: by whom, and enough of it to verify it again. */
export interface VerifiedSignature {
  readonly keyId: string
  readonly engineer: string
  readonly algorithm: SigningAlgorithm
  readonly protectedHeader: string
  readonly signature: string
}

/**
 * Verifies every signature of a change: what it has to say is written anew, so that nothing in the text chooses it.
 * @throws SignatureError at the first that does not hold
 */
export async function verifyChange(
  change: Change,
  untrustedText: string,
  keyring: Keyring,
  nowUnixMs: number,
): Promise<readonly VerifiedSignature[]> {
  const payload = encodeChange(change)
  const untrusted = signaturesFor(payload, untrustedText)

  const verified = new Map<string, VerifiedSignature>()
  for (const untrustedSignature of untrusted.signatures) {
    const one = await verifyOne(payload, untrustedSignature, keyring, nowUnixMs)
    if (verified.has(one.keyId)) throw new SignatureError('repeated-key')
    verified.set(one.keyId, one)
  }
  return [...verified.values()]
}

/** What was signed has to be what is asked about, to the letter. */
export function signaturesFor(payload: Uint8Array, untrustedText: string): GeneralJws {
  const untrusted = parseGeneralJws(untrustedText)
  if (!equalInPublic(base64url.decode(untrusted.payload), payload)) throw new SignatureError('another-change')
  return untrusted
}

async function verifyOne(
  payload: Uint8Array,
  untrusted: GeneralJws['signatures'][number],
  keyring: Keyring,
  nowUnixMs: number,
): Promise<VerifiedSignature> {
  const { alg, kid } = parseProtectedHeader(untrusted.protected)
  const key = keyring.get(kid)
  if (key === undefined) throw new SignatureError('unknown-key')
  if (key.isRetired) throw new SignatureError('retired-key')
  if (key.untilUnixMs !== undefined && nowUnixMs >= key.untilUnixMs) throw new SignatureError('expired-key')
  if (alg !== key.algorithm) throw new SignatureError('another-algorithm')
  try {
    const jws = { ...untrusted, payload: base64url.encode(payload) }
    await flattenedVerify(jws, key.publicKey, { algorithms: [key.algorithm] })
  } catch (cause) {
    if (cause instanceof errors.JOSEError) throw new SignatureError('forged', { cause })
    throw cause
  }
  const { keyId, engineer, algorithm } = key
  return { keyId, engineer, algorithm, protectedHeader: untrusted.protected, signature: untrusted.signature }
}

/** Those of the signatures that were verified before and hold still: keys retire and expire meanwhile. */
export async function stillValid(
  change: Change,
  signatures: readonly Pick<VerifiedSignature, 'protectedHeader' | 'signature'>[],
  keyring: Keyring,
  nowUnixMs: number,
): Promise<readonly VerifiedSignature[]> {
  const payload = encodeChange(change)
  const valid: VerifiedSignature[] = []
  for (const { protectedHeader, signature } of signatures) {
    try {
      valid.push(await verifyOne(payload, { protected: protectedHeader, signature }, keyring, nowUnixMs))
    } catch (error) {
      if (!(error instanceof SignatureError)) throw error
    }
  }
  return valid
}

/**
 * The signatures of a change that are of these keys and hold; others beside them count for nothing. For who checks by a list of
 * his own: a change of the list of signers is signed by engineers of the new list as well.
 * @throws SignatureError `malformed`, `another-change`
 */
export async function validSignatures(
  change: Change,
  untrustedText: string,
  keyring: Keyring,
  nowUnixMs: number,
): Promise<readonly VerifiedSignature[]> {
  const { signatures } = signaturesFor(encodeChange(change), untrustedText)
  const rows = signatures.map(({ protected: protectedHeader, signature }) => ({ protectedHeader, signature }))
  return await stillValid(change, rows, keyring, nowUnixMs)
}

/** How many different engineers have signed: two keys of one person are one person's word. */
export function engineersOf(signatures: readonly Pick<VerifiedSignature, 'engineer'>[]): ReadonlySet<string> {
  return new Set(signatures.map(({ engineer }) => engineer))
}

/** The signatures of a change as they travel. */
export function encodeSignatures(
  change: Change,
  signatures: readonly Pick<VerifiedSignature, 'protectedHeader' | 'signature'>[],
): string {
  const rows = signatures.map(({ protectedHeader, signature }) => ({ protected: protectedHeader, signature }))
  return JSON.stringify({ payload: base64url.encode(encodeChange(change)), signatures: rows })
}
