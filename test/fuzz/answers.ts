import { Reader } from '../../core/bytes/index.ts'
import { ResponseAuthError, TpmResponseError } from '../../core/tpm/index.ts'

/** A refusal is an answer; what no TPM may answer goes on, unless the bytes were meddled with. */
export function refusalOnly(error: unknown, isMeddled: boolean): undefined {
  // A command that changes the authValue of what authorizes it answers under the new one
  if (error instanceof TpmResponseError || error instanceof ResponseAuthError || isMeddled) return undefined
  throw error
}

/** The response code of a well-formed answer. */
export function codeIn(answer: Uint8Array): number {
  const from = new Reader(answer)
  from.u16()
  from.u32()
  return from.u32()
}
