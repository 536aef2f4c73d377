import { type LogAlgorithm } from './log-algorithm.ts'
import { type SpecIdEvent } from './spec-id.ts'

/** One entry. Its digests are what the TPM was extended with; its type and data are claims of whoever wrote the log. */
export interface Event {
  /** Position in the log, the Spec ID event being number 0. */
  readonly index: number
  readonly pcr: number
  readonly untrustedType: number
  /** By algorithm id, in the order of the log. */
  readonly digests: ReadonlyMap<number, Uint8Array>
  readonly untrustedData: Uint8Array
}

interface Entries {
  readonly algorithms: readonly LogAlgorithm[]
  readonly events: readonly Event[]
}

/** A log of TCG_PCR_EVENT2 entries behind a Spec ID event (PFP 10.2.2), or of SHA-1 TCG_PCR_EVENT entries only (10.2.1). */
export type EventLog =
  (Entries & { readonly kind: 'crypto-agile'; readonly specId: SpecIdEvent }) | (Entries & { readonly kind: 'legacy' })
