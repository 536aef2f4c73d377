import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { concat, Writer } from '../../../core/bytes/index.ts'

/** Under what a state is written. */
export interface StateKeying {
  /** 32 bytes. */
  readonly key: Uint8Array
  /** Of the key. */
  readonly generation: number
}

const keyBytes = 32

/** A key for one use of the state key, by one machine in one generation. */
export function subkey(
  { key, generation }: StateKeying | { readonly key: KeyObject; readonly generation: number },
  { use, machineId, salt }: { readonly use: string; readonly machineId: Uint8Array; readonly salt: Uint8Array },
): KeyObject {
  if (key instanceof Uint8Array && key.length !== keyBytes) throw new TypeError(`a state key has ${keyBytes} bytes`)
  const label = new TextEncoder().encode(`bootlatch/v1/${use}`)
  const info = concat(label, machineId, new Writer().u32(generation).done())
  const derived = new Uint8Array(hkdfSync('sha256', key, salt, info, keyBytes))
  try {
    return createSecretKey(derived)
  } finally {
    derived.fill(0)
  }
}
