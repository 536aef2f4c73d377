import { createHash } from 'node:crypto'
import { transcript } from '../transcript.ts'

/** What a platform document is bound to: one request to start, of one machine, to one server. */
export interface PlatformBinding {
  readonly serverId: Uint8Array
  readonly machineId: Uint8Array
  /** SHA-256 of the boot token drawn for the request. */
  readonly nextTokenHash: Uint8Array
  /** P-256 point to which the answer is sealed: whoever shows the document elsewhere cannot read the answer. */
  readonly oneTimePublicKey: Uint8Array
}

/** The nonce that the document of a request carries. */
export function platformNonce(bound: PlatformBinding): Uint8Array {
  const fields = [bound.serverId, bound.machineId, bound.nextTokenHash, bound.oneTimePublicKey]
  return new Uint8Array(
    createHash('sha256')
      .update(transcript('bootlatch/v1/platform', ...fields))
      .digest(),
  )
}
