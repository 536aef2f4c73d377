/** Why a sealed answer does not open. */
export type SealedProblem = 'malformed' | 'not-for-this-key' | 'purpose' | 'boot-id' | 'decision'

/** A sealed answer that is not the one its reader waits for. */
export class SealedError extends Error {
  override readonly name = 'SealedError'
  readonly problem: SealedProblem
  constructor(problem: SealedProblem, options?: ErrorOptions) {
    super(`sealed keys: ${problem}`, options)
    this.problem = problem
  }
}
