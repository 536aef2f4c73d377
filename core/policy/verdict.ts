/** One rule and how it went. */
export interface Reason {
  /** Stable, `area/kebab-case`: part of the API. */
  readonly code: ReasonCode
  readonly passed: boolean
  /** The rule, as the policy names it. */
  readonly rule: string
  /** The fact it looked at. */
  readonly fact: string
  /** What would have satisfied it. */
  readonly wanted: string
  /** Where the fact came from: event, PCR. */
  readonly source: string
  /** What the log says of an event that is not as wanted. No digest covers it: it is for eyes, and nothing was decided by it. */
  readonly untrustedHint?: string
}

/** Every rule the product knows, with what it asks. */
export const reasonCodes = {
  'admission/network': 'the request comes from an approved network',
  'admission/platform': 'a platform document that a listed issuer made for this very request speaks for the machine',
  'admission/platform-claim': 'the platform document says of the machine what the policy wants',
  'admission/platform-age': 'the platform document was made shortly before the request',
  'admission/instance': 'the machine runs on the instance that is known of it, or a person has approved another',
  'admission/only-instance': 'the machine runs on the instance that is known of it',
  'admission/window': 'the request comes in a window of time, or a person has approved it',
  'admission/approval': 'as many people as the policy asks for have approved this boot',
  'admission/disk-only-identity': 'the policy accepts a machine on what its own disk holds',
  'admission/off-disk-factor': 'something that a copy of the disk does not hold speaks for the machine',
  'quote/selection': 'the quote is of every bank and PCR that the policy wants',
  'policy/tier': 'the policy is meant for a machine of this tier',
  'tpm/cleared': 'the TPM was not cleared since the last accepted boot',
  'log/unexplained': 'a PCR that no log explains has a value the policy names',
  'boot/zero-pcr': 'the firmware has measured into PCR 0 and PCR 4',
  'boot/separator': 'PCR 0 to 7 have one separator each, without error',
  'boot/unknown-event':
    'every event in PCR 0 to 7 is understood or waived, and every one of the userspace log understood or named',
  'boot/cap': 'the boot is not past the point where keys are released',
  'pcr/value': 'the PCR has one of the values the policy names',
  'component/digest': 'the component has one of the digests the policy names',
  'component/text': 'the component has a text as the policy describes it',
  'component/unlisted': 'nothing else was measured where components are named',
  'component/overridden': 'nothing was given to a unified kernel image from outside it, where the policy names one',
  'secure-boot/enabled': 'Secure Boot is on',
  'secure-boot/authority': 'everything that ran is signed by an authority the policy names',
  'secure-boot/image': 'an image that was started is on record',
  'secure-boot/dbx': 'the list of revoked images holds all that the policy names',
  'secure-boot/sbat-level': 'shim has enforced a level of revocation that the policy accepts',
  'release/volume-rule': 'the policy is about the volumes whose keys are wanted',
  'release/in-time': 'the request comes soon enough after the admission',
} as const
export type ReasonCode = keyof typeof reasonCodes

export type Outcome = 'allow' | 'hold' | 'deny'

/** What a policy says of a machine, with all reasons, passed and failed. */
export interface Verdict {
  readonly outcome: Outcome
  readonly reasons: readonly Reason[]
}

/** The failed rules that a person may settle; any other failure is final. */
export const settledByPerson: ReadonlySet<string> = new Set<ReasonCode>([
  'admission/approval',
  'admission/window',
  'admission/instance',
  'admission/off-disk-factor',
  'tpm/cleared',
])

/** A machine measures as often as it likes: so many reasons are kept, those against it before others. */
const mostReasons = 512

/** The outcome that all reasons add up to: no reason at all is a refusal. */
export function conclude(reasons: readonly Reason[]): Verdict {
  const failed = reasons.filter(({ passed }) => !passed)
  const kept = reasons.length <= mostReasons ? reasons : mostTelling(reasons, failed)
  if (reasons.length > 0 && failed.length === 0) return { outcome: 'allow', reasons: kept }
  const mayBeHeld = failed.length > 0 && failed.every(({ code }) => settledByPerson.has(code))
  return { outcome: mayBeHeld ? 'hold' : 'deny', reasons: kept }
}

/** In their order. */
function mostTelling(reasons: readonly Reason[], failed: readonly Reason[]): readonly Reason[] {
  const passed = reasons.filter((reason) => reason.passed)
  const chosen = new Set([...failed, ...passed].slice(0, mostReasons))
  return reasons.filter((reason) => chosen.has(reason))
}
