import { concat } from '../bytes/index.ts'
import { encode } from './codec.ts'
import { ALG } from './constants/algorithms.ts'
import { digest } from './hash.ts'
import { TPMS_NV_PUBLIC, TPMT_PUBLIC_NULL, type TPMT_PUBLIC } from './structures/index.ts'

const uint16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 0xff)
const uint32 = (value: number): Uint8Array =>
  Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff)

/** A command asks several times for the Name of one public area, which never changes. */
const known = new WeakMap<TPMT_PUBLIC, Uint8Array>()

/** The Name of an object (Part 1, 16): nameAlg and the digest of the public area; empty without a nameAlg. */
export function nameOf(publicArea: TPMT_PUBLIC): Uint8Array {
  const name = known.get(publicArea) ?? computeName(publicArea)
  known.set(publicArea, name)
  return name
}

function computeName(publicArea: TPMT_PUBLIC): Uint8Array {
  if (publicArea.nameAlg === ALG.null) return new Uint8Array(0)
  return concat(uint16(publicArea.nameAlg), digest(publicArea.nameAlg, encode(TPMT_PUBLIC_NULL, publicArea)))
}

/** The Name of an NV index (Part 1, 16). */
export const nvNameOf = (nvPublic: TPMS_NV_PUBLIC): Uint8Array =>
  concat(uint16(nvPublic.nameAlg), digest(nvPublic.nameAlg, encode(TPMS_NV_PUBLIC, nvPublic)))

/** The Name of everything whose Name is its handle: hierarchies, PCRs, sessions (Part 1, 16). */
export const handleName = (handle: number): Uint8Array => uint32(handle)

/** The Qualified Name of a child (Part 1, 26.7): nameAlg and H(parent's Qualified Name || Name). */
export function qualifiedNameOf(nameAlg: number, parentQualifiedName: Uint8Array, name: Uint8Array): Uint8Array {
  if (nameAlg === ALG.null) return new Uint8Array(0)
  return concat(uint16(nameAlg), digest(nameAlg, parentQualifiedName, name))
}
