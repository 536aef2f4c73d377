import { command, handle } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import { TPMI_DH_OBJECT, TPMI_DH_OBJECT_NULL } from '../handle-types.ts'
import {
  TPM2B_ATTEST,
  TPM2B_DATA,
  TPM2B_DIGEST,
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
