import { i32, oneOf, u16, u32, u8 } from '../codec.ts'
import { command, handle } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import { EO } from '../constants/operations.ts'
import { RC } from '../constants/response-codes.ts'
import {
  TPMI_DH_ENTITY,
  TPMI_DH_OBJECT,
  TPMI_RH_NV_AUTH,
  TPMI_RH_NV_INDEX_HANDLE,
  TPMI_SH_POLICY,
} from '../handle-types.ts'
import {
  TPM2B_DIGEST,
  TPM2B_NAME,
  TPM2B_NONCE,
  TPM2B_TIMEOUT,
  TPML_DIGEST_OR,
  TPML_PCR_SELECTION,
  TPMI_YES_NO,
  TPMT_SIGNATURE_GIVEN,
  TPMT_TK_AUTH,
  TPMT_TK_VERIFIED,
} from '../structures/index.ts'

/** Part 2, 6.8. */
const TPM_EO = oneOf('TPM_EO', u16, Object.values(EO), RC.value)
const policySession = { policySession: handle(TPMI_SH_POLICY) } as const

/** Part 3, 23.3. */
export const PolicySigned = command('PolicySigned', CC.PolicySigned, {
  handles: { authObject: handle(TPMI_DH_OBJECT), ...policySession },
  parameters: {
    nonceTPM: TPM2B_NONCE,
    cpHashA: TPM2B_DIGEST,
    policyRef: TPM2B_NONCE,
    expiration: i32,
    auth: TPMT_SIGNATURE_GIVEN,
  },
  returns: { timeout: TPM2B_TIMEOUT, policyTicket: TPMT_TK_AUTH },
})
/** Part 3, 23.4. */
export const PolicySecret = command('PolicySecret', CC.PolicySecret, {
  handles: { authHandle: handle(TPMI_DH_ENTITY, 'user'), ...policySession },
  parameters: { nonceTPM: TPM2B_NONCE, cpHashA: TPM2B_DIGEST, policyRef: TPM2B_NONCE, expiration: i32 },
  returns: { timeout: TPM2B_TIMEOUT, policyTicket: TPMT_TK_AUTH },
})
/** Part 3, 23.5. */
export const PolicyTicket = command('PolicyTicket', CC.PolicyTicket, {
  handles: policySession,
  parameters: {
    timeout: TPM2B_TIMEOUT,
    cpHashA: TPM2B_DIGEST,
    policyRef: TPM2B_NONCE,
    authName: TPM2B_NAME,
    ticket: TPMT_TK_AUTH,
  },
})
/** Part 3, 23.6. */
export const PolicyOR = command('PolicyOR', CC.PolicyOR, {
  handles: policySession,
  parameters: { pHashList: TPML_DIGEST_OR },
})
/** Part 3, 23.7. */
export const PolicyPCR = command('PolicyPCR', CC.PolicyPCR, {
  handles: policySession,
  parameters: { pcrDigest: TPM2B_DIGEST, pcrs: TPML_PCR_SELECTION },
})
/** Part 3, 23.8. */
export const PolicyLocality = command('PolicyLocality', CC.PolicyLocality, {
  handles: policySession,
  parameters: { locality: u8 },
})
/** Part 3, 23.9. */
export const PolicyNV = command('PolicyNV', CC.PolicyNV, {
  handles: {
    authHandle: handle(TPMI_RH_NV_AUTH, 'user'),
    nvIndex: handle(TPMI_RH_NV_INDEX_HANDLE),
    ...policySession,
  },
  parameters: { operandB: TPM2B_DIGEST, offset: u16, operation: TPM_EO },
})
/** Part 3, 23.10. */
export const PolicyCounterTimer = command('PolicyCounterTimer', CC.PolicyCounterTimer, {
  handles: policySession,
  parameters: { operandB: TPM2B_DIGEST, offset: u16, operation: TPM_EO },
})
/** Part 3, 23.11. */
export const PolicyCommandCode = command('PolicyCommandCode', CC.PolicyCommandCode, {
  handles: policySession,
  parameters: { code: u32 },
})
/** Part 3, 23.12. */
export const PolicyPhysicalPresence = command('PolicyPhysicalPresence', CC.PolicyPhysicalPresence, {
  handles: policySession,
})
/** Part 3, 23.13. */
export const PolicyCpHash = command('PolicyCpHash', CC.PolicyCpHash, {
  handles: policySession,
  parameters: { cpHashA: TPM2B_DIGEST },
})
/** Part 3, 23.14. */
export const PolicyNameHash = command('PolicyNameHash', CC.PolicyNameHash, {
  handles: policySession,
  parameters: { nameHash: TPM2B_DIGEST },
})
/** Part 3, 23.15. */
export const PolicyDuplicationSelect = command('PolicyDuplicationSelect', CC.PolicyDuplicationSelect, {
  handles: policySession,
  parameters: { objectName: TPM2B_NAME, newParentName: TPM2B_NAME, includeObject: TPMI_YES_NO },
})
/** Part 3, 23.16. */
export const PolicyAuthorize = command('PolicyAuthorize', CC.PolicyAuthorize, {
  handles: policySession,
  parameters: {
    approvedPolicy: TPM2B_DIGEST,
    policyRef: TPM2B_NONCE,
    keySign: TPM2B_NAME,
    checkTicket: TPMT_TK_VERIFIED,
  },
})
/** Part 3, 23.17. */
export const PolicyAuthValue = command('PolicyAuthValue', CC.PolicyAuthValue, { handles: policySession })
/** Part 3, 23.18. */
export const PolicyPassword = command('PolicyPassword', CC.PolicyPassword, { handles: policySession })
/** Part 3, 23.19. */
export const PolicyGetDigest = command('PolicyGetDigest', CC.PolicyGetDigest, {
  handles: policySession,
  returns: { policyDigest: TPM2B_DIGEST },
})
/** Part 3, 23.20. */
export const PolicyNvWritten = command('PolicyNvWritten', CC.PolicyNvWritten, {
  handles: policySession,
  parameters: { writtenSet: TPMI_YES_NO },
})
/** Part 3, 23.21. */
export const PolicyTemplate = command('PolicyTemplate', CC.PolicyTemplate, {
  handles: policySession,
  parameters: { templateHash: TPM2B_DIGEST },
})
/** Part 3, 23.22. */
export const PolicyAuthorizeNV = command('PolicyAuthorizeNV', CC.PolicyAuthorizeNV, {
  handles: {
    authHandle: handle(TPMI_RH_NV_AUTH, 'user'),
    nvIndex: handle(TPMI_RH_NV_INDEX_HANDLE),
    ...policySession,
  },
})
