import { type UkiSection } from '../evidence/index.ts'
import { type Network } from './networks.ts'

/** How much a machine's measurements are worth, lowest first. */
export const tiers = ['T0', 'T1', 'T2', 'T3'] as const
export type Tier = (typeof tiers)[number]

/** The banks a policy can speak of: SHA-1 is not among them. By TPM_ALG_ID. */
export const policyBanks = { sha256: 0x000b, sha384: 0x000c, sha512: 0x000d } as const
export type PolicyBank = keyof typeof policyBanks

/** Accepted digests (lower-case hex) in each bank the policy names; what is measured must fit in all of them. */
export type AcceptedDigests = ReadonlyMap<PolicyBank, readonly string[]>

/** Where a component is measured: a position in a PCR, or the section of a unified kernel image whose name was measured. */
export type ComponentPlace =
  | { readonly kind: 'event'; readonly pcr: number; readonly position: number }
  | { readonly kind: 'image'; readonly position: number }
  | { readonly kind: 'section'; readonly section: UkiSection }

export interface ComponentRule {
  readonly name: string
  readonly place: ComponentPlace
  readonly accepted: AcceptedDigests
}

/** An event in PCR 0 to 7 that is let through although nobody knows what it is. */
export interface Waiver {
  readonly pcr: number
  readonly accepted: AcceptedDigests
  readonly reason: string
}

/** Which machines may start, and what must have been measured before they get their keys. */
export interface BootPolicy {
  readonly name: string
  readonly machines: readonly string[]
  readonly groups: readonly string[]
  /** The lowest tier it is meant for. */
  readonly tier: Tier
  readonly admission: {
    readonly networks: readonly Network[]
    readonly approval: 'none' | 'everyBoot'
    readonly acceptDiskOnlyIdentity: boolean
  }
  readonly release: {
    /** By PCR. */
    readonly pcrs: ReadonlyMap<number, AcceptedDigests>
    readonly components: readonly ComponentRule[]
    /** Digests of the authority events that may stand in PCR 7; undefined where Secure Boot is not asked for. */
    readonly secureBoot: { readonly authorities: AcceptedDigests } | undefined
    readonly waivers: readonly Waiver[]
  }
  /** What the engineer should know before relying on it. */
  readonly warnings: readonly string[]
}
