import { oneOf, u8, u32 } from '../codec.ts'
import { command, handle } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import { RC } from '../constants/response-codes.ts'
import { SE } from '../constants/tags.ts'
import { TPMI_DH_ENTITY_NULL, TPMI_DH_OBJECT_NULL, TPMI_SH_POLICY } from '../handle-types.ts'
import { TPM2B_ENCRYPTED_SECRET, TPM2B_NONCE, TPMI_ALG_HASH, TPMT_SYM_DEF } from '../structures/index.ts'

/** Part 3, 11.1. */
export const StartAuthSession = command('StartAuthSession', CC.StartAuthSession, {
  handles: { tpmKey: handle(TPMI_DH_OBJECT_NULL), bind: handle(TPMI_DH_ENTITY_NULL) },
  parameters: {
    nonceCaller: TPM2B_NONCE,
    encryptedSalt: TPM2B_ENCRYPTED_SECRET,
    sessionType: oneOf('TPM_SE', u8, [SE.hmac, SE.policy, SE.trial], RC.value),
    symmetric: TPMT_SYM_DEF,
    authHash: TPMI_ALG_HASH,
  },
  returnsHandle: u32,
  returns: { nonceTPM: TPM2B_NONCE },
})
/** Part 3, 11.2. */
export const PolicyRestart = command('PolicyRestart', CC.PolicyRestart, {
  handles: { sessionHandle: handle(TPMI_SH_POLICY) },
})
