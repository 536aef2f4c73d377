import { type KeyObject } from 'node:crypto'
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader, type CompactJWEHeaderParameters } from 'jose'
import { toHex } from '../bytes/index.ts'
import { p256PublicKey } from './p256-point.ts'
import { sealPurpose, type SealPurpose } from './purpose.ts'
import { SealedError } from './sealed-error.ts'

/** RFC 7518, 4.6 and 5.3: the only algorithms written and read. */
const agreement = 'ECDH-ES'
const encryption = 'A256GCM'
const maxSealedLength = 1 << 17 // 64 volumes with the longest keys stay far below

/** What a sealed answer is bound to; all of it stands in the protected header. */
export interface SealBinding {
  readonly purpose: SealPurpose
  readonly bootId: Uint8Array
  readonly decision: bigint
}

/**
 * Seals `plaintext` to a one-time key: a compact JWE (RFC 7516) that opens only for that key, purpose, boot id and decision.
 * @throws WireError if `publicPoint` is no P-256 point.
 */
export async function sealTo(
  sealed: SealBinding & { readonly publicPoint: Uint8Array; readonly plaintext: Uint8Array },
): Promise<string> {
  const recipient = p256PublicKey(sealed.publicPoint)
  const header = { alg: agreement, enc: encryption, ...boundHeader(sealed) }
  return await new CompactEncrypt(sealed.plaintext).setProtectedHeader(header).encrypt(recipient)
}

/**
 * Opens what `sealTo` sealed. The caller owns the returned bytes and clears them.
 * @throws SealedError if the text is no such JWE, is sealed to another key, or is bound to something else.
 */
export async function openSealed(
  sealed: string,
  expected: SealBinding & { readonly privateKey: KeyObject },
): Promise<Uint8Array> {
  const header = headerOf(sealed)
  const bound = boundHeader(expected)
  if (header['purpose'] !== bound.purpose) throw new SealedError('purpose')
  if (header['bootId'] !== bound.bootId) throw new SealedError('boot-id')
  if (header['decision'] !== bound.decision) throw new SealedError('decision')
  const options = { keyManagementAlgorithms: [agreement], contentEncryptionAlgorithms: [encryption] }
  try {
    return (await compactDecrypt(sealed, expected.privateKey, options)).plaintext
  } catch (cause) {
    throw new SealedError('not-for-this-key', { cause })
  }
}

/**
 * What a sealed answer says that it is for: a claim until it was opened as that.
 * @throws SealedError if the text is no sealed answer.
 */
export function untrustedPurpose(sealed: string): SealPurpose | undefined {
  const { purpose } = headerOf(sealed)
  return Object.values(sealPurpose).find((known) => known === purpose)
}

function boundHeader({ purpose, bootId, decision }: SealBinding) {
  return { purpose, bootId: toHex(bootId), decision: decision.toString() }
}

function headerOf(sealed: string): CompactJWEHeaderParameters {
  if (sealed.length > maxSealedLength) throw new SealedError('malformed')
  try {
    const header = decodeProtectedHeader(sealed)
    if (header.alg !== agreement || header.enc !== encryption) throw new SealedError('malformed')
    return header as CompactJWEHeaderParameters
  } catch (cause) {
    throw cause instanceof SealedError ? cause : new SealedError('malformed', { cause })
  }
}
