import { curve, drawScalar, type Random, ScalarMultiplier, type TPMS_ECC_POINT } from '../../../core/tpm/index.ts'

export interface EccKey extends TPMS_ECC_POINT {
  readonly d: Uint8Array
}

/** An ECC key out of a stream of bytes. */
export function deriveEccKey(curveID: number, random: Random): EccKey {
  const d = drawScalar(curve(curveID), random)
  return { d, ...publicPointOf(curveID, d) }
}

/** d * G. */
export const publicPointOf = (curveID: number, d: Uint8Array): TPMS_ECC_POINT =>
  new ScalarMultiplier(curveID, d).timesBase()
