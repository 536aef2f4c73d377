import { base64url } from 'jose'
import { z } from 'zod'
import { PlatformError } from './platform-error.ts'

/** Refused before anything of it is read: no platform's document comes near. */
export const maxPlatformDocumentBytes = 1 << 16

/** RFC 7515, 7.1. */
const compact = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/

/** Nothing beside these: no key, certificate or address (`jwk`, `jku`, `x5c`, `x5u`) that would choose its own verifier, no `crit`. */
const protectedHeader = z.strictObject({
  alg: z.string().max(32),
  kid: z.string().regex(/^[\x20-\x7e]{1,256}$/),
  typ: z.literal('JWT').optional(),
})

/** A JWS as it came; nothing in it is verified. */
export interface UntrustedJws {
  readonly text: string
  readonly alg: string
  readonly kid: string
}

/** @throws PlatformError `malformed`, `header` */
export function parseCompactJws(bytes: Uint8Array): UntrustedJws {
  if (bytes.length > maxPlatformDocumentBytes) throw new PlatformError('malformed')
  // One byte, one letter: whatever is not ASCII stays outside the alphabet
  const text = new TextDecoder('latin1').decode(bytes)
  const [, ...parts] = compact.exec(text) ?? []
  const [header] = parts
  if (header === undefined || !parts.every(isCanonical)) throw new PlatformError('malformed')
  const parsed = protectedHeader.safeParse(jsonObject(base64url.decode(header)))
  if (!parsed.success) throw new PlatformError('header')
  return { text, alg: parsed.data.alg, kid: parsed.data.kid }
}

/** Without this a document would have several texts under one signature. */
function isCanonical(part: string): boolean {
  const loneLetter = 1 // six bits are no byte
  return part.length % 4 !== loneLetter && base64url.encode(base64url.decode(part)) === part
}

/** @throws PlatformError `malformed` */
export function jsonObject(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch (cause) {
    throw new PlatformError('malformed', '', { cause })
  }
  throw new PlatformError('malformed')
}
