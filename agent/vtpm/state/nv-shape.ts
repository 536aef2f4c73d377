import { digestSize, NT, type TPMS_NV_PUBLIC } from '../../../core/tpm/index.ts'

/** The size of a counter, of a bit field and of a PIN's counts. */
const wordBytes = 8
const knownTypes = new Set<number>(Object.values(NT))

export function hasKnownType({ attributes: { nt } }: TPMS_NV_PUBLIC): boolean {
  return knownTypes.has(nt)
}

/** Whether an index is as large as its type is (Part 3, 31.3.1). */
export function hasSizeOfType({ attributes: { nt }, nameAlg, dataSize }: TPMS_NV_PUBLIC): boolean {
  if (nt === NT.ordinary) return true
  return dataSize === (nt === NT.extend ? digestSize(nameAlg) : wordBytes)
}

/** Whether an index holds all its bytes, or none because it was never written. */
export function holdsItsSize({
  nvPublic: { attributes, dataSize },
  contents,
}: {
  readonly nvPublic: TPMS_NV_PUBLIC
  readonly contents: Uint8Array
}): boolean {
  return contents.length === dataSize || (contents.length === 0 && !attributes.written)
}
