import { sized, struct, u16, where, u32, type Infer } from '../codec.ts'
import { handleType, HT } from '../constants/handles.ts'
import { RC } from '../constants/response-codes.ts'
import { TPMA_NV } from './attributes.ts'
import { TPM2B_DIGEST, TPMI_ALG_HASH } from './base.ts'

/** The largest NV index, as TPM_PT_NV_INDEX_MAX reports it. */
export const maxNvIndexBytes = 2048

/** Part 2, 9.24. */
export const TPMI_RH_NV_INDEX = where('TPMI_RH_NV_INDEX', u32, (value) => handleType(value) === HT.nvIndex, RC.value)

/** Part 2, 13.5. */
export const TPMS_NV_PUBLIC = struct('TPMS_NV_PUBLIC', {
  nvIndex: TPMI_RH_NV_INDEX,
  nameAlg: TPMI_ALG_HASH,
  attributes: TPMA_NV,
  authPolicy: TPM2B_DIGEST,
  dataSize: where('dataSize', u16, (size) => size <= maxNvIndexBytes, RC.size),
})
export type TPMS_NV_PUBLIC = Infer<typeof TPMS_NV_PUBLIC>
export const TPM2B_NV_PUBLIC = sized('TPM2B_NV_PUBLIC', TPMS_NV_PUBLIC)
