import { createHash } from 'node:crypto'
import { toHex } from '../bytes/index.ts'

const label = 'bootlatch/v1/change'

/**
 * What an engineer's signature says: that this document may be this version of this name on this server. The version keeps a
 * signature from counting again after a rollback; the server, from counting where somebody else decides.
 */
export interface Change {
  readonly serverId: Uint8Array
  readonly kind: string
  readonly name: string
  readonly version: number
  /** Of the document's UTF-8 text. */
  readonly sha256: Uint8Array
}

/** SHA-256 of a document as it is signed. */
export function documentDigest(document: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(document, 'utf8').digest())
}

/** The one text of a change: whoever verifies writes it anew and compares. */
export function encodeChange({ serverId, kind, name, version, sha256 }: Change): Uint8Array {
  const said = { label, server: toHex(serverId), kind, name, version, sha256: toHex(sha256) }
  return new TextEncoder().encode(JSON.stringify(said))
}
