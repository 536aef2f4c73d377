import { u32 } from '../codec.ts'
import { command, handle } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import { TPMI_DH_OBJECT, TPMI_DH_PCR_NULL, TPMI_DH_SEQUENCE } from '../handle-types.ts'
import {
  TPM2B_AUTH,
  TPM2B_DIGEST,
  TPM2B_MAX_BUFFER,
  TPML_DIGEST_VALUES,
  TPMI_ALG_HASH,
  TPMI_ALG_HASH_NULL,
  TPMI_ALG_MAC_SCHEME_NULL,
  TPMI_RH_HIERARCHY,
  TPMT_TK_HASHCHECK,
} from '../structures/index.ts'

/** Part 3, 15.4. */
export const Hash = command('Hash', CC.Hash, {
  parameters: { data: TPM2B_MAX_BUFFER, hashAlg: TPMI_ALG_HASH, hierarchy: TPMI_RH_HIERARCHY },
  returns: { outHash: TPM2B_DIGEST, validation: TPMT_TK_HASHCHECK },
})
/** Part 3, 15.5. */
export const HMAC = command('HMAC', CC.HMAC, {
  handles: { handle: handle(TPMI_DH_OBJECT, 'user') },
  parameters: { buffer: TPM2B_MAX_BUFFER, hashAlg: TPMI_ALG_MAC_SCHEME_NULL },
  returns: { outHMAC: TPM2B_DIGEST },
})
/** Part 3, 17.2. */
export const HMAC_Start = command('HMAC_Start', CC.HMAC_Start, {
  handles: { handle: handle(TPMI_DH_OBJECT, 'user') },
  parameters: { auth: TPM2B_AUTH, hashAlg: TPMI_ALG_MAC_SCHEME_NULL },
  returnsHandle: u32,
})
/** Part 3, 17.4. */
export const HashSequenceStart = command('HashSequenceStart', CC.HashSequenceStart, {
  parameters: { auth: TPM2B_AUTH, hashAlg: TPMI_ALG_HASH_NULL },
  returnsHandle: u32,
})
/** Part 3, 17.5. */
export const SequenceUpdate = command('SequenceUpdate', CC.SequenceUpdate, {
  handles: { sequenceHandle: handle(TPMI_DH_SEQUENCE, 'user') },
  parameters: { buffer: TPM2B_MAX_BUFFER },
})
/** Part 3, 17.6. */
export const SequenceComplete = command('SequenceComplete', CC.SequenceComplete, {
  handles: { sequenceHandle: handle(TPMI_DH_SEQUENCE, 'user') },
  parameters: { buffer: TPM2B_MAX_BUFFER, hierarchy: TPMI_RH_HIERARCHY },
  returns: { result: TPM2B_DIGEST, validation: TPMT_TK_HASHCHECK },
  attributes: { flushed: true },
})
/** Part 3, 17.7. */
export const EventSequenceComplete = command('EventSequenceComplete', CC.EventSequenceComplete, {
  handles: { pcrHandle: handle(TPMI_DH_PCR_NULL, 'user'), sequenceHandle: handle(TPMI_DH_SEQUENCE, 'user') },
  parameters: { buffer: TPM2B_MAX_BUFFER },
  returns: { results: TPML_DIGEST_VALUES },
  attributes: { nv: true, flushed: true },
})
