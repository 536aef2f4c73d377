import type { KeyObject } from 'node:crypto'
import type { PlatformFormat } from './formats.ts'

/** JWS algorithms that platform documents may be signed with (RFC 7518, 3.1; RFC 8037, 3.1). */
export const documentAlgorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'] as const
export type DocumentAlgorithm = (typeof documentAlgorithms)[number]

/** A key that an issuer signs with: what it signs with is said where it is listed, never by a document. */
export interface IssuerKey {
  readonly keyId: string
  readonly algorithm: DocumentAlgorithm
  readonly publicKey: KeyObject
  /** UTC milliseconds from which it vouches for nothing that comes. */
  readonly untilUnixMs: number | undefined
}

/** Who says on which instance a machine runs: a cloud, or what manages virtual machines. */
export interface PlatformIssuer {
  /** `document/issuer`, as policies name it. */
  readonly name: string
  readonly format: PlatformFormat
  /** What its documents name as their issuer. */
  readonly issuer: string
  /** By key id; no document brings another. */
  readonly keys: ReadonlyMap<string, IssuerKey>
}
