/**
 * Why a well-formed log does not describe one boot:
 * - `missing-digest`: an event extends some banks of the log and not others;
 * - `startup-locality`: a StartupLocality event is malformed, names a locality that cannot start a TPM, or contradicts another;
 * - `record`: a record of a userspace log is not of the form it must have.
 */
export type EventLogProblem = 'missing-digest' | 'startup-locality' | 'record'

/** The log is well-formed and still cannot be used. */
export class EventLogError extends Error {
  override readonly name = 'EventLogError'
  readonly problem: EventLogProblem
  constructor(problem: EventLogProblem, message: string, options?: ErrorOptions) {
    super(message, options)
    this.problem = problem
  }
}
