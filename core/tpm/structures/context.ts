import { buffer, struct, u32, u64, where, type Infer } from '../codec.ts'
import { handleType, HT } from '../constants/handles.ts'
import { RC } from '../constants/response-codes.ts'
import { TPMI_RH_HIERARCHY } from './base.ts'

/** Part 2, 9.11: sessions, and the three kinds of transient object. */
export const TPMI_DH_SAVED = where(
  'TPMI_DH_SAVED',
  u32,
  (value) =>
    handleType(value) === HT.hmacSession ||
    handleType(value) === HT.policySession ||
    (value >= 0x80000000 && value <= 0x80000002),
  RC.value,
)

/** Part 2, 14.5. */
export const TPMS_CONTEXT = struct('TPMS_CONTEXT', {
  sequence: u64,
  savedHandle: TPMI_DH_SAVED,
  hierarchy: TPMI_RH_HIERARCHY,
  contextBlob: buffer('TPM2B_CONTEXT_DATA', 4096),
})
export type TPMS_CONTEXT = Infer<typeof TPMS_CONTEXT>
