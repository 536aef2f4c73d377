import { ALG, digest } from '../tpm/index.ts'
import { transcript } from './transcript.ts'

/** What a quote is bound to, as the server knows it: one challenge, server, machine, boot, connection and answer key. */
export interface ReleaseBinding {
  readonly challenge: Uint8Array
  readonly serverId: Uint8Array
  readonly machineId: Uint8Array
  readonly bootId: Uint8Array
  /** SHA-256 of the SPKI of the mTLS client's certificate. */
  readonly clientSpkiSha256: Uint8Array
  /** P-256 point to which the answer is sealed: without it a relay could take the keys. */
  readonly oneTimePublicKey: Uint8Array
}

/** The extraData of a quote for a release. `requestCore` is the bytes that travel. */
export function releaseExtraData(bound: ReleaseBinding & { readonly requestCore: Uint8Array }): Uint8Array {
  const fields = [
    bound.challenge,
    bound.serverId,
    bound.machineId,
    bound.bootId,
    bound.clientSpkiSha256,
    bound.oneTimePublicKey,
    sha256(bound.requestCore),
  ]
  return sha256(transcript('bootlatch/v1/release', ...fields))
}

function sha256(bytes: Uint8Array): Uint8Array {
  return digest(ALG.sha256, bytes)
}
