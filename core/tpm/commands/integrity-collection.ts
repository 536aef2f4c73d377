import { u32 } from '../codec.ts'
import { command, handle } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import { TPMI_DH_PCR, TPMI_DH_PCR_NULL, TPMI_DH_PCR_NUMBER, TPMI_RH_PLATFORM } from '../handle-types.ts'
import {
  TPM2B_DIGEST,
  TPM2B_EVENT,
  TPMI_ALG_HASH_NULL,
  TPMI_YES_NO,
  TPML_DIGEST,
  TPML_DIGEST_VALUES,
  TPML_PCR_SELECTION,
} from '../structures/index.ts'

/** Part 3, 22.2. */
export const PCR_Extend = command('PCR_Extend', CC.PCR_Extend, {
  handles: { pcrHandle: handle(TPMI_DH_PCR_NULL, 'user') },
  parameters: { digests: TPML_DIGEST_VALUES },
  attributes: { nv: true },
})
/** Part 3, 22.3. */
export const PCR_Event = command('PCR_Event', CC.PCR_Event, {
  handles: { pcrHandle: handle(TPMI_DH_PCR_NULL, 'user') },
  parameters: { eventData: TPM2B_EVENT },
  returns: { digests: TPML_DIGEST_VALUES },
  attributes: { nv: true },
})
/** Part 3, 22.4. */
export const PCR_Read = command('PCR_Read', CC.PCR_Read, {
  parameters: { pcrSelectionIn: TPML_PCR_SELECTION },
  returns: { pcrUpdateCounter: u32, pcrSelectionOut: TPML_PCR_SELECTION, pcrValues: TPML_DIGEST },
})
/** Part 3, 22.5. */
export const PCR_Allocate = command('PCR_Allocate', CC.PCR_Allocate, {
  handles: { authHandle: handle(TPMI_RH_PLATFORM, 'user') },
  parameters: { pcrAllocation: TPML_PCR_SELECTION },
  returns: { allocationSuccess: TPMI_YES_NO, maxPCR: u32, sizeNeeded: u32, sizeAvailable: u32 },
  attributes: { nv: true },
})
/** Part 3, 22.6. */
export const PCR_SetAuthPolicy = command('PCR_SetAuthPolicy', CC.PCR_SetAuthPolicy, {
  handles: { authHandle: handle(TPMI_RH_PLATFORM, 'user') },
  parameters: { authPolicy: TPM2B_DIGEST, hashAlg: TPMI_ALG_HASH_NULL, pcrNum: TPMI_DH_PCR_NUMBER },
  attributes: { nv: true },
})
/** Part 3, 22.7. */
export const PCR_SetAuthValue = command('PCR_SetAuthValue', CC.PCR_SetAuthValue, {
  handles: { pcrHandle: handle(TPMI_DH_PCR, 'user') },
  parameters: { auth: TPM2B_DIGEST },
})
/** Part 3, 22.8. */
export const PCR_Reset = command('PCR_Reset', CC.PCR_Reset, {
  handles: { pcrHandle: handle(TPMI_DH_PCR, 'user') },
  attributes: { nv: true },
})
