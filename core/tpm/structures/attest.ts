import { choice, oneOf, struct, u16, u32, u64, buffer, type Infer } from '../codec.ts'
import { generatedValue, ST } from '../constants/tags.ts'
import { RC } from '../constants/response-codes.ts'
import { TPM2B_DATA, TPM2B_DIGEST, TPM2B_MAX_NV_BUFFER, TPM2B_NAME, TPMI_YES_NO } from './base.ts'
import { TPML_PCR_SELECTION } from './pcr.ts'

/** Part 2, 10.11.1. */
export const TPMS_CLOCK_INFO = struct('TPMS_CLOCK_INFO', {
  clock: u64,
  resetCount: u32,
  restartCount: u32,
  safe: TPMI_YES_NO,
})
export type TPMS_CLOCK_INFO = Infer<typeof TPMS_CLOCK_INFO>
/** Part 2, 10.11.6. */
export const TPMS_TIME_INFO = struct('TPMS_TIME_INFO', { time: u64, clockInfo: TPMS_CLOCK_INFO })
export type TPMS_TIME_INFO = Infer<typeof TPMS_TIME_INFO>

const attestTypes = [
  ST.attestNv,
  ST.attestCommandAudit,
  ST.attestSessionAudit,
  ST.attestCertify,
  ST.attestQuote,
  ST.attestTime,
  ST.attestCreation,
  ST.attestNvDigest,
]

/** Part 2, 10.12.12: the tag comes second, the shared fields between it and what it picks. */
export const TPMS_ATTEST = choice('TPMS_ATTEST', {
  head: { magic: oneOf('TPM_GENERATED', u32, [generatedValue], RC.value) },
  tag: ['type', oneOf('TPMI_ST_ATTEST', u16, attestTypes, RC.selector)],
  body: { qualifiedSigner: TPM2B_NAME, extraData: TPM2B_DATA, clockInfo: TPMS_CLOCK_INFO, firmwareVersion: u64 },
  cases: {
    [ST.attestCertify]: { attested: struct('TPMS_CERTIFY_INFO', { name: TPM2B_NAME, qualifiedName: TPM2B_NAME }) },
    [ST.attestQuote]: {
      attested: struct('TPMS_QUOTE_INFO', { pcrSelect: TPML_PCR_SELECTION, pcrDigest: TPM2B_DIGEST }),
    },
    [ST.attestCreation]: {
      attested: struct('TPMS_CREATION_INFO', { objectName: TPM2B_NAME, creationHash: TPM2B_DIGEST }),
    },
    [ST.attestTime]: {
      attested: struct('TPMS_TIME_ATTEST_INFO', { time: TPMS_TIME_INFO, firmwareVersion: u64 }),
    },
    [ST.attestSessionAudit]: {
      attested: struct('TPMS_SESSION_AUDIT_INFO', { exclusiveSession: TPMI_YES_NO, sessionDigest: TPM2B_DIGEST }),
    },
    [ST.attestCommandAudit]: {
      attested: struct('TPMS_COMMAND_AUDIT_INFO', {
        auditCounter: u64,
        digestAlg: u16,
        auditDigest: TPM2B_DIGEST,
        commandDigest: TPM2B_DIGEST,
      }),
    },
    [ST.attestNv]: {
      attested: struct('TPMS_NV_CERTIFY_INFO', { indexName: TPM2B_NAME, offset: u16, nvContents: TPM2B_MAX_NV_BUFFER }),
    },
    [ST.attestNvDigest]: {
      attested: struct('TPMS_NV_DIGEST_CERTIFY_INFO', { indexName: TPM2B_NAME, nvDigest: TPM2B_DIGEST }),
    },
  },
})
export type TPMS_ATTEST = Infer<typeof TPMS_ATTEST>

/** Part 2, 10.12.13, kept as the bytes that are signed. */
export const TPM2B_ATTEST = buffer('TPM2B_ATTEST', 2304)
