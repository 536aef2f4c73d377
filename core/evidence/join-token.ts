import { base64url } from 'jose'
import { WireError } from '../bytes/index.ts'
import { fixed, group, record, text, unixMs } from './record.ts'

/** What an invited machine needs to find and trust the right server, and to be let in once. */
export interface JoinToken {
  /** host:port of the Join listener. */
  readonly joinAddress: string
  /** SHA-256 of the certificate (DER) in which the server's TLS chain must end. */
  readonly anchorSha256: Uint8Array
  readonly group: string
  readonly expiresUnixMs: number
  /** 128 random bits. */
  readonly secret: Uint8Array
}

const prefix = 'bljoin1.'
const maxTokenChars = 1024

const joinToken = record<JoinToken>(
  'JoinToken',
  'BLjt',
  1,
  group({
    joinAddress: text(260, /^(?:\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z.-]+):[0-9]{1,5}$/),
    anchorSha256: fixed(32),
    group: text(63, /^[0-9A-Za-z][0-9A-Za-z._-]*$/),
    expiresUnixMs: unixMs,
    secret: fixed(16),
  }),
)

/**
 * The token as a person passes it on: `bljoin1.` and base64url.
 * @throws WireError if a field has not its form or size.
 */
export function encodeJoinToken(token: JoinToken): string {
  return prefix + base64url.encode(joinToken.encode(token))
}

/**
 * Reads a token; white space around it (a pasted line) is left out, anything else is refused.
 * @throws WireError naming the field.
 */
export function decodeJoinToken(untrustedText: string): JoinToken {
  if (untrustedText.length > maxTokenChars) throw new WireError('too long', ['JoinToken'])
  const trimmed = untrustedText.trim()
  if (!trimmed.startsWith(prefix)) throw new WireError(`does not start with ${prefix}`, ['JoinToken'])
  return joinToken.decode(decodeBase64url(trimmed.slice(prefix.length)))
}

function decodeBase64url(encoded: string): Uint8Array {
  if (!/^[A-Za-z0-9_-]+$/.test(encoded) || encoded.length % 4 === 1) throw new WireError('not base64url', ['JoinToken'])
  const decoded = new Uint8Array(base64url.decode(encoded))
  if (base64url.encode(decoded) !== encoded) throw new WireError('not the one encoding of its bytes', ['JoinToken'])
  return decoded
}
