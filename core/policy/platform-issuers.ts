import { createPublicKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import {
  documentAlgorithms,
  platformFormatNames,
  type DocumentAlgorithm,
  type IssuerKey,
  type PlatformIssuer,
} from '../evidence/index.ts'
import { PolicyFault } from './policy-fault.ts'
import { policyName } from './schema-words.ts'
import { instant } from './signers.ts'

const limits = { issuers: 64, keys: 64 } as const

const base64urlText = z.string().regex(/^[A-Za-z0-9_-]{1,2048}$/, 'base64url without padding')

/** RFC 7517, as issuers publish them; no member for a private key is among these. */
const key = z.strictObject({
  kid: z
    .string()
    .regex(/^[\x20-\x7e]{1,256}$/, 'printable ASCII')
    .describe('Under this id, and no other, a document finds the key'),
  kty: z.enum(['RSA', 'EC', 'OKP']),
  alg: z.enum(documentAlgorithms).describe('What the key signs with, and nothing else'),
  use: z.literal('sig').optional(),
  key_ops: z.array(z.literal('verify')).max(1).optional(),
  n: base64urlText.optional(),
  e: base64urlText.optional(),
  crv: z.enum(['P-256', 'P-384', 'Ed25519']).optional(),
  x: base64urlText.optional(),
  y: base64urlText.optional(),
  until: instant.optional().describe('Documents that come from then on are not of this key'),
})

const issuer = z.strictObject({
  format: z
    .enum(platformFormatNames)
    .describe('jwt: a token with nonce, aud and sub; google-instance: an instance identity token of Google Cloud'),
  issuer: z.string().regex(/^[\x21-\x7e]{1,512}$/, 'printable ASCII without blanks'),
  keys: z.array(key).min(1).max(limits.keys).describe('Its public keys, as in a JSON Web Key Set'),
})
type IssuerDocument = z.output<typeof issuer>

/** Issuers as they are written. */
export const issuers = z
  .record(policyName, issuer)
  .refine((named) => Object.keys(named).length > 0, 'names no issuer')
  .refine((named) => Object.keys(named).length <= limits.issuers, 'too many issuers')

type Path = readonly (string | number)[]

/** @throws PolicyFault */
export function compileIssuer(
  name: string,
  { format, issuer: text, keys }: IssuerDocument,
  path: Path,
): PlatformIssuer {
  const byId = new Map<string, IssuerKey>()
  keys.forEach(({ until, ...jwk }, at) => {
    const here = [...path, 'keys', at]
    if (byId.has(jwk.kid)) throw new PolicyFault([...here, 'kid'], `${jwk.kid} stands twice`)
    const publicKey = publicKeyOf(jwk, here)
    const untilUnixMs = until === undefined ? undefined : Date.parse(until)
    byId.set(jwk.kid, { keyId: jwk.kid, algorithm: jwk.alg, publicKey, untilUnixMs })
  })
  return { name, format, issuer: text, keys: byId }
}

/** The one kind of key that each algorithm signs with. */
const kinds = {
  RS256: { kty: 'RSA', crv: undefined },
  PS256: { kty: 'RSA', crv: undefined },
  ES256: { kty: 'EC', crv: 'P-256' },
  ES384: { kty: 'EC', crv: 'P-384' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
} as const satisfies Record<DocumentAlgorithm, object>

/** SP 800-131A: shorter ones are disallowed; longer ones take the server's time. */
const modulusBits = { least: 2048, most: 8192 } as const

function publicKeyOf({ kty, alg, crv, n, e, x, y }: Omit<IssuerDocument['keys'][number], 'until'>, path: Path) {
  const kind = kinds[alg]
  if (kind.kty !== kty || kind.crv !== crv) throw new PolicyFault([...path, 'alg'], `${alg} is for another kind of key`)
  const read = readable({ kty, crv, n, e, x, y }, path)
  const { modulusLength = 0 } = read.asymmetricKeyDetails ?? {}
  if (kty === 'RSA' && (modulusLength < modulusBits.least || modulusLength > modulusBits.most))
    throw new PolicyFault([...path, 'n'], `has ${modulusLength} bits, not ${modulusBits.least} to ${modulusBits.most}`)
  return read
}

function readable(jwk: Readonly<Record<string, string | undefined>>, path: Path): KeyObject {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' })
  } catch {
    throw new PolicyFault(path, 'is no public key')
  }
}
