/**
 * Why a well-formed log does not describe one boot:
 * - `startup-locality`: a StartupLocality event is malformed, names a locality that cannot start a TPM, or contradicts another.
 */
export type EventLogProblem = 'startup-locality'

/** The log is well-formed and still cannot be used. */
export class EventLogError extends Error {
  override readonly name = 'EventLogError'
  readonly problem: EventLogProblem
  constructor(problem: EventLogProblem, message: string, options?: ErrorOptions) {
    super(message, options)
    this.problem = problem
  }
}
