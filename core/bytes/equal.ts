import { timingSafeEqual } from 'node:crypto'

/** Whether two byte strings are equal, in time that depends on their lengths only. */
export function equalInConstantTime(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right)
}

/** Whether two byte strings are equal; for what everybody may know, such as measurements: the other one costs a call into OpenSSL. */
export function equalInPublic(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false
  for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) return false
  return true
}
