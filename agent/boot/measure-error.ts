/**
 * Why a boot cannot be measured into a TPM:
 * - `banks`: the TPM has no active PCR bank that the log has all digests of;
 * - `locality`: the log was started at a locality that this TPM cannot be started at from here;
 * - `used`: a PCR of the plan was extended before;
 * - `mismatch`: afterwards a PCR holds another value than was extended.
 */
export type MeasureProblem = 'banks' | 'locality' | 'used' | 'mismatch'

/** A boot was not measured, or not alone. */
export class MeasureError extends Error {
  override readonly name = 'MeasureError'
  readonly problem: MeasureProblem
  constructor(problem: MeasureProblem, message: string, options?: ErrorOptions) {
    super(message, options)
    this.problem = problem
  }
}
