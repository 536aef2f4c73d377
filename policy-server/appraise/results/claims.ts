import { stringify } from 'uuid'
import type { JWTPayload } from 'jose'
import type { Row } from '../../store/index.ts'
import type { Reason } from '../reasons.ts'

/** The profile whose claim names these are: EAT Attestation Results (draft-ietf-rats-ear), an EAT (RFC 9711) in JSON. */
export const earProfile = 'tag:github.com,2023:veraison/ear'

/** AR4SI (draft-ietf-rats-ar4si), 2.3.2: what a claim is worth, by its number. */
export type TrustTier = 'none' | 'affirming' | 'warning' | 'contraindicated'

/** AR4SI, 2.3.3: of the claims it knows, those that a measured boot says something about. */
export type TrustVector = Readonly<Partial<Record<'instance-identity' | 'configuration' | 'executables', number>>>

/** AR4SI, 2.3.4. */
const claim = {
  identity: { recognized: 2 },
  configuration: { approved: 2 },
  executables: { approvedAtBoot: 3, notAllVouchedFor: 32 },
} as const

/** What a result is made from. */
export interface AppraisedBoot {
  readonly decision: Row<'decisions'>
  readonly machine: Row<'machines'>
}

/** Whom a result is for, and what binds it to one question; `nonce` is empty where none was given. */
export interface AskedResult {
  readonly audience: string
  readonly nonce: string
}

/** Who signs, and for how long it counts. */
export interface Issuing {
  readonly issuer: string
  readonly build: string
  readonly tokenId: string
  readonly nowUnixMs: number
  readonly lifetimeMs: number
}

/** The claims of a result: of a boot that was accepted, there are no others. */
export function resultClaims({ decision, machine }: AppraisedBoot, asked: AskedResult, by: Issuing): JWTPayload {
  const vector = trustVector(JSON.parse(decision.reasons) as readonly Reason[], machine.tier)
  const issuedAt = Math.floor(by.nowUnixMs / 1000)
  return {
    eat_profile: earProfile,
    iss: by.issuer,
    sub: stringify(machine.id),
    aud: asked.audience,
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + Math.floor(by.lifetimeMs / 1000),
    jti: `${decision.number}.${by.tokenId}`,
    ueid: ueidOf(machine.id),
    ...(asked.nonce !== '' && { eat_nonce: asked.nonce }),
    'ear.verifier-id': { developer: 'Bootlatch', build: by.build },
    submods: {
      boot: {
        'ear.status': statusOf(vector),
        'ear.trustworthiness-vector': vector,
        'ear.appraisal-policy-id': `${decision.policy ?? ''}/${decision.policyVersion ?? 0}`,
      },
    },
    bootlatch: {
      machine: machine.name,
      group: machine.groupName,
      tier: machine.tier,
      decision: decision.number,
      decided: Math.floor(decision.decidedUnixMs / 1000),
      ...(decision.bootId !== null && { boot: stringify(decision.bootId) }),
      policy: { name: decision.policy, version: decision.policyVersion },
      references: JSON.parse(decision.referenceVersions) as Record<string, number>,
    },
  }
}

/**
 * What the rules that a boot passed say in AR4SI's words. A claim stands there only where a rule looked at it; in tier T0 the
 * machine measures itself, so that nobody vouches for what ran.
 */
export function trustVector(reasons: readonly Reason[], tier: Row<'machines'>['tier']): TrustVector {
  const passed = reasons.filter((reason) => reason.passed)
  const { approvedAtBoot, notAllVouchedFor } = claim.executables
  return {
    'instance-identity': claim.identity.recognized,
    ...(passed.some(isAboutConfiguration) && { configuration: claim.configuration.approved }),
    ...(passed.some(isAboutExecutables) && { executables: tier === 'T0' ? notAllVouchedFor : approvedAtBoot }),
  }
}

const pcrsOfExecutables = ['release.pcrs.4', 'release.pcrs.11']

/** A policy names components of these PCRs all or none; those of other PCRs are data, and a group may name one among many. */
const ofExecutables = /\(PCR (?:4|11), /

const isAboutExecutables = ({ code, rule, source }: Reason): boolean =>
  (code === 'component/digest' && rule.startsWith('release.') && ofExecutables.test(source)) ||
  code === 'secure-boot/authority' ||
  (code === 'pcr/value' && pcrsOfExecutables.includes(rule))

const isAboutConfiguration = ({ code, rule }: Reason): boolean =>
  code === 'secure-boot/enabled' || (code === 'pcr/value' && rule === 'release.pcrs.7')

/** The whole is worth no more than the least of it (draft-ietf-rats-ear, ear.status). */
export function statusOf(vector: TrustVector): TrustTier {
  return tierOf(Math.max(0, ...Object.values(vector)))
}

function tierOf(value: number): TrustTier {
  if (value >= 96) return 'contraindicated'
  if (value >= 32) return 'warning'
  return value >= 2 ? 'affirming' : 'none'
}

/** RFC 9711, 4.2.1: type RAND before 16 random bytes, which a machine's id is. */
function ueidOf(machineId: Uint8Array): string {
  return Buffer.of(0x01, ...machineId).toString('base64url')
}
