import type { KeyVault, Random } from '../keys/index.ts'
import type { CertificateAuthority } from '../ca/index.ts'
import type { Store } from '../store/index.ts'

/** UTC milliseconds. */
export type Clock = () => number

/** The words of the server's log; secrets never get here. */
export interface Log {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

/** What this server is, to those who enrol and those who ask. */
export interface ServerFacts {
  readonly version: string
  readonly startedUnixMs: number
  /** host:port, as machines and operators reach it. */
  readonly mainAddress: string
  readonly joinAddress: string
  /** Who signs attestation results, an https URL; undefined where none are given. */
  readonly issuer: string | undefined
  /** DER: the certificate that the server's TLS chain ends in. */
  readonly anchor: Uint8Array
  readonly serverCertificateExpiresUnixMs: number
}

/** All that appraisal works with; clock and randomness are arguments. */
export interface Parts {
  readonly store: Store
  readonly vault: KeyVault
  readonly ca: CertificateAuthority
  readonly clock: Clock
  readonly random: Random
  /** Whether an operator's certificate, by the SHA-256 of its SPKI, still lets him do anything. */
  readonly isLiveOperator: (name: string, spkiSha256: Uint8Array) => boolean
  readonly log: Log
  readonly server: ServerFacts
}
