import { v7 } from 'uuid'
import type { Random } from '../keys/index.ts'

export const idBytes = 16

/** UUIDv7 (RFC 9562, 5.7): ids of records sort by their time. */
export function recordId(unixMs: number, random: Random): Uint8Array {
  return v7({ msecs: unixMs, random: random(idBytes) }, new Uint8Array(idBytes))
}

/** UUIDv4 (RFC 9562, 5.4): a machine's id says nothing about it. */
export function machineIdOf(random: Random): Uint8Array {
  const id = random(idBytes)
  const at = (index: number) => id[index] ?? 0
  id[6] = (at(6) & 0x0f) | 0x40
  id[8] = (at(8) & 0x3f) | 0x80
  return id
}
