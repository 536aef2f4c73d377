import { firstHandle, handleType, HT } from '../../../core/tpm/index.ts'
import type { TpmState } from './tpm-state.ts'

const indexMask = 0x00ffffff

/** Whether a handle lies in the range this TPM gives out (Part 2, 7.5); others are no values of their type. */
export function isInRange(tpm: TpmState, handle: number): boolean {
  switch (handleType(handle)) {
    case HT.transient:
      return handle - firstHandle.transient < tpm.slots.size
    case HT.hmacSession:
    case HT.policySession:
      return (handle & indexMask) < tpm.profile.maxActiveSessions
    default:
      return true
  }
}
