import { EO } from '../../../core/tpm/index.ts'

type Comparison = (a: Uint8Array, b: Uint8Array) => boolean

/** Numbers of the same size, the most significant byte first. */
function compareUnsigned(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, index) => byte !== b[index])
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0)
}

const isNegative = (number: Uint8Array): boolean => ((number[0] ?? 0) & 0x80) !== 0

/** As libtpms orders them: two negative numbers the other way round than two's complement would. */
function compareSigned(a: Uint8Array, b: Uint8Array): number {
  if (isNegative(a) !== isNegative(b)) return isNegative(a) ? -1 : 1
  return isNegative(a) ? compareUnsigned(b, a) : compareUnsigned(a, b)
}

/** TPM_EO (Part 2, 6.8), for operands of the same size. */
const comparisons: Readonly<Record<number, Comparison>> = {
  [EO.eq]: (a, b) => compareUnsigned(a, b) === 0,
  [EO.neq]: (a, b) => compareUnsigned(a, b) !== 0,
  [EO.signedGt]: (a, b) => compareSigned(a, b) > 0,
  [EO.unsignedGt]: (a, b) => compareUnsigned(a, b) > 0,
  [EO.signedLt]: (a, b) => compareSigned(a, b) < 0,
  [EO.unsignedLt]: (a, b) => compareUnsigned(a, b) < 0,
  [EO.signedGe]: (a, b) => compareSigned(a, b) >= 0,
  [EO.unsignedGe]: (a, b) => compareUnsigned(a, b) >= 0,
  [EO.signedLe]: (a, b) => compareSigned(a, b) <= 0,
  [EO.unsignedLe]: (a, b) => compareUnsigned(a, b) <= 0,
  [EO.bitSet]: (a, b) => b.every((byte, at) => ((a[at] ?? 0) & byte) === byte),
  [EO.bitClear]: (a, b) => b.every((byte, at) => ((a[at] ?? 0) & byte) === 0),
}

/** Whether `a operation b` holds. */
export function holds(operation: number, a: Uint8Array, b: Uint8Array): boolean {
  const comparison = comparisons[operation]
  if (comparison === undefined) throw new TypeError(`0x${operation.toString(16)} is no TPM_EO`)
  return comparison(a, b)
}
