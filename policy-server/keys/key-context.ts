import { Writer } from '../../core/bytes/index.ts'

/** What a wrapped key is for; part of what is authenticated, so that no wrapped key passes for another. */
export type KeyPurpose =
  | 'group-key'
  | 'state-key'
  | 'volume-key'
  | 'enrolment-secret'
  | 'challenge-key'
  | 'authority-key'
  | 'server-tls-key'
  | 'attestation-key'

/** Where a wrapped key belongs. A key wrapped in one context opens in no other. */
export interface KeyContext {
  readonly purpose: KeyPurpose
  readonly group?: string
  /** 16 bytes. */
  readonly machineId?: Uint8Array
  /** 16 bytes. */
  readonly volumeId?: Uint8Array
  /** Version of the key, or generation of a state key. */
  readonly version: number
}

const label = 'bootlatch/v1/wrapped-key'
const nothing = new Uint8Array(0)

/** The bytes that are authenticated with a wrapped key: every field with its length in front. */
export function encodeKeyContext(context: KeyContext): Uint8Array {
  const text = new TextEncoder()
  const out = new Writer()
  const fields = [
    text.encode(label),
    text.encode(context.purpose),
    text.encode(context.group ?? ''),
    context.machineId ?? nothing,
    context.volumeId ?? nothing,
  ]
  for (const field of fields) out.u32(field.length).bytes(field)
  return out.u32(context.version).done()
}
