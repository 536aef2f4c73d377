/** Localities as bits, as TPMA_LOCALITY orders the first five. */
const L0 = 1
const L1 = 2
const L2 = 4
const L3 = 8
const L4 = 16
const anyLocality = L0 | L1 | L2 | L3 | L4

/** Everything about one PCR in one row (PC Client Platform TPM Profile, 4.6). */
export interface PcrRule {
  /** Kept by Shutdown(STATE). */
  readonly isSaved: boolean
  readonly resetAt: number
  readonly extendAt: number
  /** Changing it moves pcrUpdateCounter. */
  readonly counts: boolean
  /** Belongs to the group that shares one authValue and one authPolicy, which commands set. */
  readonly isAuthorized: boolean
}

const free = { isAuthorized: false } as const
const staticRoot: PcrRule = { ...free, isSaved: true, resetAt: 0, extendAt: anyLocality, counts: true }
const application: PcrRule = {
  ...free,
  isSaved: false,
  resetAt: L0 | L1 | L2 | L3,
  extendAt: anyLocality,
  counts: false,
}
const authorized = { isSaved: false, resetAt: L2 | L4, isAuthorized: true } as const

/** The PCRs 0 to 23. */
export const pcrRules: readonly PcrRule[] = [
  ...Array.from({ length: 16 }, () => staticRoot),
  application,
  { ...free, isSaved: false, resetAt: L4, extendAt: L2 | L3 | L4, counts: true },
  { ...free, isSaved: false, resetAt: L4, extendAt: L2 | L3 | L4, counts: true },
  { ...free, isSaved: false, resetAt: L4, extendAt: L2 | L3, counts: true },
  { ...authorized, extendAt: L1 | L2 | L3, counts: true },
  { ...authorized, extendAt: L2, counts: false },
  { ...authorized, extendAt: L2, counts: false },
  application,
]

const firstReservedLocality = 5
const firstExtendedLocality = 32

/** The locality a command counts as: from a reserved one it counts as from none, as libtpms takes it. */
export const localityInForce = (locality: number): number =>
  locality >= firstReservedLocality && locality < firstExtendedLocality ? 0 : locality

/** The bit of one of the five localities; others have none, and no PCR is theirs. */
export const localityBit = (locality: number): number => (locality < firstReservedLocality ? 1 << locality : 0)

/** TPMA_LOCALITY (Part 2, 8.5) of one locality: its bit, or the number of an extended one. */
export const localityAttribute = (locality: number): number =>
  locality < firstExtendedLocality ? localityBit(locality) : locality

/** Whether TPMA_LOCALITY names a locality. */
export function isLocalityAmong(locality: number, allowed: number): boolean {
  if (locality < firstReservedLocality)
    return allowed < firstExtendedLocality && (allowed & localityBit(locality)) !== 0
  return locality >= firstExtendedLocality && locality === allowed
}

/** Whether a D-RTM resets the PCR, which is then all ones until it does. */
export const isDynamic = (rule: PcrRule): boolean => (rule.resetAt & L4) !== 0

/** Whether PCR_Reset may reset the PCR. What locality 4 resets is the D-RTM's alone, as libtpms has it. */
export const isResetAllowed = (rule: PcrRule, locality: number): boolean =>
  (rule.resetAt & ~L4 & localityBit(locality)) !== 0
