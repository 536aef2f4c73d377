import { type PlatformIssuer } from '../evidence/index.ts'

/** What becomes of a start on another instance than the one that is known of a machine. */
export const instanceAnswers = ['hold', 'refuse'] as const
export type InstanceAnswer = (typeof instanceAnswers)[number]

export type ClaimValue = string | number | boolean

/** A claim, and the values of which it has to have one. */
export interface ClaimRule {
  /** JSON Pointer (RFC 6901), as it is written. */
  readonly pointer: string
  readonly steps: readonly string[]
  readonly values: readonly ClaimValue[]
}

/** What a platform has to say of a machine at each start. */
export interface PlatformRule {
  readonly issuer: PlatformIssuer
  /** For whom its documents are; undefined where the format leaves nothing to say. */
  readonly audience: string | undefined
  /** Instances that may start, by name; all of the issuer's, where none is named. */
  readonly instances: ReadonlySet<string>
  readonly claims: readonly ClaimRule[]
  /** How old a document may be when it comes. */
  readonly maxAgeMs: number
  readonly otherInstance: InstanceAnswer
}
