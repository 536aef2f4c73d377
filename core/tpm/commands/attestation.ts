import { u16 } from '../codec.ts'
import { command, handle } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import {
  TPMI_DH_OBJECT,
  TPMI_DH_OBJECT_NULL,
  TPMI_RH_ENDORSEMENT,
  TPMI_RH_NV_AUTH,
  TPMI_RH_NV_INDEX_HANDLE,
  TPMI_SH_HMAC,
} from '../handle-types.ts'
import {
  TPM2B_ATTEST,
  TPM2B_DATA,
  TPM2B_DIGEST,
  TPM2B_MAX_BUFFER,
  TPML_PCR_SELECTION,
  TPMT_SIGNATURE,
  TPMT_SIG_SCHEME,
  TPMT_TK_CREATION,
} from '../structures/index.ts'

/** Part 3, 18.2. */
export const Certify = command('Certify', CC.Certify, {
  handles: { objectHandle: handle(TPMI_DH_OBJECT, 'admin'), signHandle: handle(TPMI_DH_OBJECT_NULL, 'user') },
  parameters: { qualifyingData: TPM2B_DATA, inScheme: TPMT_SIG_SCHEME },
  returns: { certifyInfo: TPM2B_ATTEST, signature: TPMT_SIGNATURE },
})
/** Part 3, 18.3. */
export const CertifyCreation = command('CertifyCreation', CC.CertifyCreation, {
  handles: { signHandle: handle(TPMI_DH_OBJECT_NULL, 'user'), objectHandle: handle(TPMI_DH_OBJECT) },
  parameters: {
    qualifyingData: TPM2B_DATA,
    creationHash: TPM2B_DIGEST,
    inScheme: TPMT_SIG_SCHEME,
    creationTicket: TPMT_TK_CREATION,
  },
  returns: { certifyInfo: TPM2B_ATTEST, signature: TPMT_SIGNATURE },
})
/** Part 3, 18.4. */
export const Quote = command('Quote', CC.Quote, {
  handles: { signHandle: handle(TPMI_DH_OBJECT_NULL, 'user') },
  parameters: { qualifyingData: TPM2B_DATA, inScheme: TPMT_SIG_SCHEME, PCRselect: TPML_PCR_SELECTION },
  returns: { quoted: TPM2B_ATTEST, signature: TPMT_SIGNATURE },
})
/** Part 3, 18.5. */
export const GetSessionAuditDigest = command('GetSessionAuditDigest', CC.GetSessionAuditDigest, {
  handles: {
    privacyAdminHandle: handle(TPMI_RH_ENDORSEMENT, 'user'),
    signHandle: handle(TPMI_DH_OBJECT_NULL, 'user'),
    sessionHandle: handle(TPMI_SH_HMAC),
  },
  parameters: { qualifyingData: TPM2B_DATA, inScheme: TPMT_SIG_SCHEME },
  returns: { auditInfo: TPM2B_ATTEST, signature: TPMT_SIGNATURE },
})
/** Part 3, 18.6. */
export const GetCommandAuditDigest = command('GetCommandAuditDigest', CC.GetCommandAuditDigest, {
  handles: {
    privacyHandle: handle(TPMI_RH_ENDORSEMENT, 'user'),
    signHandle: handle(TPMI_DH_OBJECT_NULL, 'user'),
  },
  parameters: { qualifyingData: TPM2B_DATA, inScheme: TPMT_SIG_SCHEME },
  returns: { auditInfo: TPM2B_ATTEST, signature: TPMT_SIGNATURE },
  attributes: { nv: true },
})
/** Part 3, 18.7. */
export const GetTime = command('GetTime', CC.GetTime, {
  handles: {
    privacyAdminHandle: handle(TPMI_RH_ENDORSEMENT, 'user'),
    signHandle: handle(TPMI_DH_OBJECT_NULL, 'user'),
  },
  parameters: { qualifyingData: TPM2B_DATA, inScheme: TPMT_SIG_SCHEME },
  returns: { timeInfo: TPM2B_ATTEST, signature: TPMT_SIGNATURE },
})
/** Part 3, 18.8. */
export const CertifyX509 = command('CertifyX509', CC.CertifyX509, {
  handles: { objectHandle: handle(TPMI_DH_OBJECT, 'admin'), signHandle: handle(TPMI_DH_OBJECT_NULL, 'user') },
  parameters: {
    reserved: TPM2B_DATA,
    inScheme: TPMT_SIG_SCHEME,
    partialCertificate: TPM2B_MAX_BUFFER,
  },
  returns: { addedToCertificate: TPM2B_MAX_BUFFER, tbsDigest: TPM2B_DIGEST, signature: TPMT_SIGNATURE },
})
/** Part 3, 31.16. */
export const NV_Certify = command('NV_Certify', CC.NV_Certify, {
  handles: {
    signHandle: handle(TPMI_DH_OBJECT_NULL, 'user'),
    authHandle: handle(TPMI_RH_NV_AUTH, 'user'),
    nvIndex: handle(TPMI_RH_NV_INDEX_HANDLE),
  },
  parameters: { qualifyingData: TPM2B_DATA, inScheme: TPMT_SIG_SCHEME, size: u16, offset: u16 },
  returns: { certifyInfo: TPM2B_ATTEST, signature: TPMT_SIGNATURE },
})
