import { firstHandle, handleType, HT } from '../../../core/tpm/index.ts'
import { sessionIndexOf } from './session-table.ts'
import type { TpmState } from './tpm-state.ts'

/** Whether a handle lies in the range this TPM gives out (Part 2, 7.5); others are no values of their type. */
export function isInRange(tpm: TpmState, handle: number): boolean {
  switch (handleType(handle)) {
    case HT.transient:
      return handle - firstHandle.transient < tpm.slots.size
    case HT.hmacSession:
    case HT.policySession:
      return sessionIndexOf(handle) < tpm.profile.maxActiveSessions
    default:
      return true
  }
}
