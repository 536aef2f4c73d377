import { type TPMS_CLOCK_INFO } from '../tpm/index.ts'
import { EvidenceError } from './evidence-error.ts'

/**
 * How the TPM's clock goes on from the last accepted quote of the same key: `onwards`, or `cleared` where all of it fell to
 * zero, as TPM2_Clear does (Part 3, 24.6).
 * @throws EvidenceError `clock` if the TPM went back: its state was rolled back, or it is another TPM.
 */
export function compareClocks(last: TPMS_CLOCK_INFO, now: TPMS_CLOCK_INFO): 'onwards' | 'cleared' {
  if (now.resetCount > last.resetCount) return 'onwards'
  if (now.resetCount < last.resetCount) {
    if (now.resetCount === 0 && now.restartCount === 0 && now.clock <= last.clock) return 'cleared'
    throw new EvidenceError('clock', `resetCount fell from ${last.resetCount} to ${now.resetCount}`)
  }
  if (now.restartCount < last.restartCount)
    throw new EvidenceError('clock', `restartCount fell from ${last.restartCount} to ${now.restartCount}`)
  /** Part 1, 36.3: after an orderless reset the clock may be set back, and `safe` is NO until it has caught up. */
  if (now.clock < last.clock && now.safe === 1)
    throw new EvidenceError('clock', `the clock fell from ${last.clock} to ${now.clock} ms`)
  return 'onwards'
}
