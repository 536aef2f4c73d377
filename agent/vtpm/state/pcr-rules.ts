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
}

const staticRoot: PcrRule = { isSaved: true, resetAt: 0, extendAt: anyLocality, counts: true }
const application: PcrRule = { isSaved: false, resetAt: L0 | L1 | L2 | L3, extendAt: anyLocality, counts: false }

/** The PCRs 0 to 23. */
export const pcrRules: readonly PcrRule[] = [
  ...Array.from({ length: 16 }, () => staticRoot),
  application,
  { isSaved: false, resetAt: L4, extendAt: L2 | L3 | L4, counts: true },
  { isSaved: false, resetAt: L4, extendAt: L2 | L3 | L4, counts: true },
  { isSaved: false, resetAt: L4, extendAt: L2 | L3, counts: true },
  { isSaved: false, resetAt: L2 | L4, extendAt: L1 | L2 | L3, counts: true },
  { isSaved: false, resetAt: L2 | L4, extendAt: L2, counts: false },
  { isSaved: false, resetAt: L2 | L4, extendAt: L2, counts: false },
  application,
]

export const localityBit = (locality: number): number => 1 << locality

/** Whether a D-RTM resets the PCR, which is then all ones until it does. */
export const isDynamic = (rule: PcrRule): boolean => (rule.resetAt & L4) !== 0
