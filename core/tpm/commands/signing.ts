import { command, handle } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import { TPMI_DH_OBJECT } from '../handle-types.ts'
import {
  TPM2B_DIGEST,
  TPMT_SIGNATURE,
  TPMT_SIGNATURE_GIVEN,
  TPMT_SIG_SCHEME,
  TPMT_TK_HASHCHECK,
  TPMT_TK_VERIFIED,
} from '../structures/index.ts'

/** Part 3, 20.1. */
export const VerifySignature = command('VerifySignature', CC.VerifySignature, {
  handles: { keyHandle: handle(TPMI_DH_OBJECT) },
  parameters: { digest: TPM2B_DIGEST, signature: TPMT_SIGNATURE_GIVEN },
  returns: { validation: TPMT_TK_VERIFIED },
})
/** Part 3, 20.2. */
export const Sign = command('Sign', CC.Sign, {
  handles: { keyHandle: handle(TPMI_DH_OBJECT, 'user') },
  parameters: { digest: TPM2B_DIGEST, inScheme: TPMT_SIG_SCHEME, validation: TPMT_TK_HASHCHECK },
  returns: { signature: TPMT_SIGNATURE },
})
