import { u32, type Codec } from '../codec.ts'
import { command, handle } from '../command.ts'
import { CC } from '../constants/command-codes.ts'
import { TPMI_DH_ENTITY, TPMI_SH_POLICY } from '../handle-types.ts'
import {
  TPM2B_DIGEST,
  TPM2B_NONCE,
  TPM2B_TIMEOUT,
  TPML_DIGEST_OR,
  TPML_PCR_SELECTION,
  TPMT_TK_AUTH,
} from '../structures/index.ts'

const i32: Codec<number> = {
  name: 'INT32',
  read: (from) => from.u32() | 0,
  write: (to, value) => to.u32(value >>> 0),
}
const policySession = { policySession: handle(TPMI_SH_POLICY) } as const

/** Part 3, 23.4. */
export const PolicySecret = command('PolicySecret', CC.PolicySecret, {
  handles: { authHandle: handle(TPMI_DH_ENTITY, 'user'), ...policySession },
  parameters: { nonceTPM: TPM2B_NONCE, cpHashA: TPM2B_DIGEST, policyRef: TPM2B_NONCE, expiration: i32 },
  returns: { timeout: TPM2B_TIMEOUT, policyTicket: TPMT_TK_AUTH },
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
/** Part 3, 23.11. */
export const PolicyCommandCode = command('PolicyCommandCode', CC.PolicyCommandCode, {
  handles: policySession,
  parameters: { code: u32 },
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
