import { Reader, Writer } from '../../../core/bytes/index.ts'
import { generatedValue, hmac, RH, ST, type Ticket } from '../../../core/tpm/index.ts'
import { contextHash, type TpmState } from '../state/tpm-state.ts'

const nothing = new Uint8Array(0)
const generatedValueBytes = 4

/** The ticket that proves nothing. */
export const nullTicket = (tag: number): Ticket => ({ tag, hierarchy: RH.null, digest: nothing })

/**
 * Whether a restricted key may sign a digest of data that begins like this: not like a structure of the TPM's own
 * (Part 1, 11.4.6.3), and not too short to tell.
 */
export function isSafeBeginning(data: Uint8Array): boolean {
  return data.length >= generatedValueBytes && new Reader(data).u32() !== generatedValue
}

/** The proof that this TPM made a digest, and of data that is safe to sign (Part 2, 10.7.6). */
export function hashCheckTicket(tpm: TpmState, hierarchy: number, hashAlg: number, digest: Uint8Array): Ticket {
  if (hierarchy === RH.null) return nullTicket(ST.hashcheck)
  const bound = new Writer().u16(ST.hashcheck).u16(hashAlg).bytes(digest).done()
  return { tag: ST.hashcheck, hierarchy, digest: hmac(contextHash, tpm.proofOf(hierarchy), bound) }
}

/** The proof that this TPM verified a signature over a digest by the key of this Name (Part 2, 10.7.4). */
export function verifiedTicket(tpm: TpmState, hierarchy: number, digest: Uint8Array, keyName: Uint8Array): Ticket {
  if (hierarchy === RH.null) return nullTicket(ST.verified)
  const bound = new Writer().u16(ST.verified).bytes(digest).bytes(keyName).done()
  return { tag: ST.verified, hierarchy, digest: hmac(contextHash, tpm.proofOf(hierarchy), bound) }
}
