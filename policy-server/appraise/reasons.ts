import { basisOfReason, type Basis, type Reason as PolicyReason } from '../../core/policy/index.ts'

/** Rules of the server itself, beside those of policies; each with what it asks. Part of the API. */
export const serverReasonCodes = {
  'machine/state': 'the machine is accepted by a person',
  'admission/boot-token': 'the machine holds the boot token of its newest admitted start',
  'admission/generation': 'the state file is not older than the newest one seen',
  'admission/held-decision': 'a person has decided in favour of this request',
  'policy/none': 'a policy is in force for the machine',
  'policy/ambiguous': 'exactly one policy is in force for the machine',
  'policy/unreadable': 'this version of the server can read every document that judges the machine',
  'policy/announcement': 'values that are announced let the boot through, as often and as long as they are announced',
  'evidence/verified': 'the evidence is genuine, whole and fresh',
  'release/boot': 'the boot is the newest admitted one and still has its right to a release',
  'release/challenge': 'the challenge is ours, for this machine and boot, and not expired',
  'release/volume': 'the server holds a key for this keyslot of this volume',
} as const
export type ServerReasonCode = keyof typeof serverReasonCodes

/** What the fact of a reason rests on; undefined for a rule of another version of the server. */
export function basisOf(code: string): Basis | undefined {
  if (code === 'evidence/verified') return 'quoted'
  if (code === 'release/volume') return 'asked'
  if (Object.hasOwn(serverReasonCodes, code)) return 'recorded'
  return isReasonCode(code) ? basisOfReason[code] : undefined
}

const isReasonCode = (code: string): code is keyof typeof basisOfReason => Object.hasOwn(basisOfReason, code)

/** One rule and how it went: the policy's, or the server's own. */
export type Reason = Omit<PolicyReason, 'code'> & { readonly code: PolicyReason['code'] | ServerReasonCode }

/** The first reason against, in one line; undefined where all passed. */
export function firstAgainst(reasons: readonly Reason[]): string | undefined {
  const failed = reasons.find(({ passed }) => !passed)
  return failed && `${failed.rule}: ${failed.fact}; wanted: ${failed.wanted}`
}
