import { selectionOf, type PcrSelection, type UkiSection } from '../evidence/index.ts'
import { type AcceptedDigests } from './accepted.ts'
import { policyBanks, type PolicyBank } from './banks.ts'
import { type Network } from './networks.ts'
import { type PlatformRule } from './platform-rule.ts'
import { type TextRule } from './text-rule.ts'
import { type Window } from './windows.ts'

/** How much a machine's measurements are worth, lowest first. */
export const tiers = ['T0', 'T1', 'T2', 'T3'] as const
export type Tier = (typeof tiers)[number]

/**
 * What a released key is bound to: `session` to the one-time key of the request that its quote vouches for, `tpm` to the TPM,
 * its PCRs and this boot of it.
 */
export const bindings = ['session', 'tpm'] as const
export type Binding = (typeof bindings)[number]

/** Where a component is measured: a position in a PCR, every event of one, or the section of a unified kernel image whose name was measured. */
export type ComponentPlace =
  | { readonly kind: 'event'; readonly pcr: number; readonly position: number }
  | { readonly kind: 'everyEvent'; readonly pcr: number }
  | { readonly kind: 'image'; readonly position: number }
  | { readonly kind: 'section'; readonly section: UkiSection }

/** At least one of the two is there; both have to hold. */
export interface ComponentRule {
  readonly name: string
  readonly place: ComponentPlace
  readonly accepted: AcceptedDigests | undefined
  readonly text: TextRule | undefined
}

/** An event in PCR 0 to 7 that is let through although nobody knows what it is. */
export interface Waiver {
  readonly pcr: number
  readonly accepted: AcceptedDigests
  readonly reason: string
}

/** What Secure Boot has to have been; at least one kind of authority is named. */
export interface SecureBootRule {
  readonly authorities: {
    /** Digests of the events themselves. */
    readonly events: AcceptedDigests | undefined
    /** SHA-256 fingerprints of the certificates in them. */
    readonly certificates: ReadonlySet<string>
  }
  /** SHA-256 hashes of images, each of which dbx has to hold; with the name of the set they come from. */
  readonly revoked: { readonly name: string; readonly hashes: readonly string[] } | undefined
  /** The lowest level of revocation that shim may have enforced. */
  readonly sbatLevel: number | undefined
}

/** What becomes of a start that shows an older state than was admitted, the strictest last: nobody is ever let in by an alarm. */
export const forkAnswers = ['hold', 'refuse', 'lock'] as const
export type ForkAnswer = (typeof forkAnswers)[number]

export interface AdmissionRules {
  readonly networks: readonly Network[]
  /** What has to vouch for the instance that the machine runs on; undefined where nothing has to. */
  readonly platform: PlatformRule | undefined
  /** How many people have to approve every boot. */
  readonly approvals: number
  /** When a machine may start without a person's word; always, where there is none. */
  readonly windows: readonly Window[]
  readonly acceptDiskOnlyIdentity: boolean
  /** Whether something that a disk does not hold has to speak for the machine, whatever else is accepted. */
  readonly requiresOffDiskFactor: boolean
  /** For how long a person's approval counts, in milliseconds. */
  readonly approvalLifeMs: number | undefined
  readonly forks: ForkAnswer
}

export interface ReleaseRules {
  /** By PCR. */
  readonly pcrs: ReadonlyMap<number, AcceptedDigests>
  readonly components: readonly ComponentRule[]
  /** Undefined where Secure Boot is not asked for. */
  readonly secureBoot: SecureBootRule | undefined
  readonly waivers: readonly Waiver[]
  /** UUIDs (hexadecimal) of the volumes whose keys it is about; every volume, where there is none. */
  readonly volumes: ReadonlySet<string>
  readonly binding: Binding
  /** For how long after its admission a boot may ask for keys, in milliseconds. */
  readonly withinMs: number | undefined
  /** For how long after a release the same request gets the same answer, in milliseconds; as long as the boot, if not said. */
  readonly validForMs: number | undefined
}

/** What has to be quoted. */
export interface QuoteRule {
  /** Whether somebody wrote it; otherwise it is what is quoted where nobody says anything. */
  readonly isWritten: boolean
  readonly banks: readonly PolicyBank[]
  readonly pcrs: readonly number[]
}

/** What a group asks of all machines in it and below it: rules beside those of their policy, which never take the place of them. */
export interface Floor {
  readonly group: string
  readonly tier: Tier | undefined
  /** Beside what the policy wants. */
  readonly quote: QuoteRule
  readonly admission: AdmissionRules
  readonly release: ReleaseRules
  readonly forbidsWaivers: boolean
}

/** Which machines may start, and what must have been measured before they get their keys. */
export interface BootPolicy {
  readonly kind: 'BootPolicy'
  readonly name: string
  readonly machines: readonly string[]
  readonly groups: readonly string[]
  /** The lowest tier it is meant for. */
  readonly tier: Tier
  readonly quote: QuoteRule
  readonly admission: AdmissionRules
  readonly release: ReleaseRules
  /** Of the groups that the machine is in, the outermost first; none in a policy as it is read. */
  readonly floors: readonly Floor[]
  /** Names of the documents of reference values that it refers to. */
  readonly references: readonly string[]
  /** What the engineer should know before relying on it. */
  readonly warnings: readonly string[]
}

/** A policy as it judges machines of groups that have floors of their own. */
export function under(policy: BootPolicy, floors: readonly Floor[]): BootPolicy {
  return floors.length === 0 ? policy : { ...policy, floors }
}

/** For how long an answer is good: the shortest time that any of the rules names. */
export function validForMs({ release, floors }: BootPolicy): number | undefined {
  const limits = [release, ...floors.map((floor) => floor.release)].map((rules) => rules.validForMs)
  const named = limits.filter((limit) => limit !== undefined)
  return named.length === 0 ? undefined : Math.min(...named)
}

/** What keys are bound to: the TPM, as soon as one of the rules says so. */
export function bindingOf({ release, floors }: Pick<BootPolicy, 'release' | 'floors'>): Binding {
  return [release, ...floors.map((floor) => floor.release)].some(({ binding }) => binding === 'tpm') ? 'tpm' : 'session'
}

/** What a machine has to quote: all that the policy and the groups want. */
export function quotedBy({ quote, floors }: Pick<BootPolicy, 'quote' | 'floors'>): PcrSelection {
  const all = [quote, ...floors.map((floor) => floor.quote)]
  return selectionOf(
    all.flatMap(({ banks }) => banks.map((bank) => policyBanks[bank])),
    all.flatMap(({ pcrs }) => pcrs),
  )
}

/** An approval that nobody used by then was for something else. */
const usualApprovalLifeMs = 60 * 60 * 1000

/** For how long a person's approval counts: the shortest time that any of the rules names. */
export function approvalLifeMs(policy: Pick<BootPolicy, 'admission' | 'floors'> | undefined): number {
  if (policy === undefined) return usualApprovalLifeMs
  const rules = [policy.admission, ...policy.floors.map((floor) => floor.admission)]
  const named = rules.flatMap((each) => each.approvalLifeMs ?? [])
  return named.length === 0 ? usualApprovalLifeMs : Math.min(...named)
}

/** What becomes of a clone or a state that was brought back: the strictest answer that any of the rules gives. */
export function forkAnswer(policy: Pick<BootPolicy, 'admission'> | undefined, floors: readonly Floor[]): ForkAnswer {
  const given = [policy?.admission.forks, ...floors.map(({ admission }) => admission.forks)]
  return forkAnswers.findLast((answer) => given.includes(answer)) ?? 'hold'
}
