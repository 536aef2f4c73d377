import { createHmac } from 'node:crypto'
import { base64url } from 'jose'
import { platformFormats, type PlatformFormat } from '../../../core/evidence/index.ts'
import { keyPairOf, signedToken, signingInput, withClaim, type TokenDraft } from './platform-token.ts'

type Forgery = (draft: TokenDraft, format: PlatformFormat) => string

const withHeader = (draft: TokenDraft, header: object): string =>
  signedToken({ ...draft, header: { ...draft.header, ...header } })

const withOther = (draft: TokenDraft, steps: readonly string[], value: unknown): string =>
  signedToken({ ...draft, claims: withClaim(draft.claims, steps, value) })

/** Header and key of whoever forges. */
function byForger(draft: TokenDraft, header: object = {}): string {
  const { privateKey } = keyPairOf(draft.algorithm, 'forger')
  return signedToken({ ...draft, privateKey, header: { ...draft.header, ...header } })
}

function forgersJwk({ algorithm }: TokenDraft): object {
  return keyPairOf(algorithm, 'forger').publicKey.export({ format: 'jwk' })
}

const hour = 3600

/** What can be wrong with a platform document, each with the document that has it. */
export const forgeries = {
  unsigned: ({ claims, header }) => `${signingInput({ ...header, alg: 'none' }, claims)}.`,
  noneAlgorithm: (draft) => withHeader(draft, { alg: 'none' }),
  macByPublicKey: ({ header, claims, algorithm }) => {
    const pem = keyPairOf(algorithm, 'listed').publicKey.export({ type: 'spki', format: 'pem' })
    const input = signingInput({ ...header, alg: 'HS256' }, claims)
    return `${input}.${base64url.encode(createHmac('sha256', pem).update(input).digest())}`
  },
  otherAlgorithm: (draft) => withHeader(draft, { alg: draft.algorithm === 'ES256' ? 'ES384' : 'ES256' }),
  embeddedKey: (draft) => byForger(draft, { jwk: forgersJwk(draft) }),
  keyAddress: (draft) => byForger(draft, { jku: 'https://keys.example/jwks.json' }),
  certificates: (draft) => byForger(draft, { x5c: ['MIIB'] }),
  critical: (draft) => withHeader(draft, { crit: ['b64'], b64: false }),
  otherType: (draft) => withHeader(draft, { typ: 'at+jwt' }),
  unlistedKey: (draft) => byForger(draft, { kid: 'forger' }),
  withoutKeyId: ({ header: { alg }, ...draft }) => signedToken({ ...draft, header: { alg } }),
  otherKey: (draft) => byForger(draft),
  alteredClaims: (draft) => {
    const [, , signature = ''] = signedToken(draft).split('.')
    return `${signingInput(draft.header, { ...draft.claims, sub: 'another' })}.${signature}`
  },
  truncated: (draft) => signedToken(draft).slice(0, -1),
  padded: (draft) => `${signedToken(draft)}==`,
  encrypted: (draft) => `${signedToken(draft)}.e30.e30`,
  claimsInList: ({ header, algorithm, privateKey, claims }) =>
    signedToken({ header, algorithm, privateKey, claims: [claims] as unknown as TokenDraft['claims'] }),
  empty: () => '.',
  otherRequest: (draft, format) =>
    withOther(draft, platformFormats[format].nonce, base64url.encode(new Uint8Array(32))),
  withoutNonce: (draft, format) => withOther(draft, platformFormats[format].nonce, undefined),
  severalNonces: (draft, format) =>
    withOther(draft, platformFormats[format].nonce, [base64url.encode(new Uint8Array(32))]),
  otherIssuer: (draft) => withOther(draft, ['iss'], 'https://forger.example'),
  withoutIssuer: (draft) => withOther(draft, ['iss'], undefined),
  expired: (draft) => withOther(draft, ['exp'], Number(draft.claims['iat']) - hour),
  timeless: (draft) => withOther(draft, ['iat'], undefined),
  endless: (draft) => withOther(draft, ['exp'], undefined),
  fromTheFuture: (draft) => withOther(draft, ['iat'], Number(draft.claims['iat']) + hour),
  notYet: (draft) => withOther(draft, ['nbf'], Number(draft.claims['iat']) + hour),
  nameless: (draft, format) => withOther(draft, platformFormats[format].instance, undefined),
  namedInWords: (draft, format) => withOther(draft, platformFormats[format].instance, 'vm-1 at another'),
} as const satisfies Readonly<Record<string, Forgery>>

export const forgeryNames = Object.keys(forgeries) as readonly (keyof typeof forgeries)[]
