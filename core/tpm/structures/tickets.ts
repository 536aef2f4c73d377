import { oneOf, struct, u16, type Infer } from '../codec.ts'
import { ST } from '../constants/tags.ts'
import { RC } from '../constants/response-codes.ts'
import { TPM2B_DIGEST, TPMI_RH_HIERARCHY } from './base.ts'

/** Part 2, 6.9. */
const TPM_ST = oneOf('TPM_ST', u16, Object.values(ST), RC.value)

const ticket = (name: string, ...tags: readonly number[]) =>
  struct(name, { tag: oneOf(`${name}.tag`, TPM_ST, tags, RC.tag), hierarchy: TPMI_RH_HIERARCHY, digest: TPM2B_DIGEST })

/** Part 2, 10.7.3 to 10.7.6. */
export const TPMT_TK_CREATION = ticket('TPMT_TK_CREATION', ST.creation)
export const TPMT_TK_VERIFIED = ticket('TPMT_TK_VERIFIED', ST.verified)
export const TPMT_TK_AUTH = ticket('TPMT_TK_AUTH', ST.authSigned, ST.authSecret)
export const TPMT_TK_HASHCHECK = ticket('TPMT_TK_HASHCHECK', ST.hashcheck)
export type Ticket = Infer<typeof TPMT_TK_CREATION>
