/** Every way in which a platform document can be bad, in one sentence. */
export const platformProblems = {
  malformed: 'it is no JWS in compact serialization over a JSON object',
  header: 'its header says more than algorithm, key id and type',
  'unknown-key': 'its key is not listed',
  'expired-key': 'its key was listed until an earlier time',
  algorithm: 'it is signed with another algorithm than its key is listed for',
  signature: 'its key has not signed this',
  issuer: 'it is by another issuer',
  nonce: 'it is for another request to start, machine or server',
  time: 'it was not made yet, has expired, or does not say when',
  instance: 'it names no instance',
} as const
export type PlatformProblem = keyof typeof platformProblems

/** The document is bad. One that is good but unwanted is no error: it is a verdict. */
export class PlatformError extends Error {
  override readonly name = 'PlatformError'
  readonly problem: PlatformProblem
  constructor(problem: PlatformProblem, detail = '', options?: ErrorOptions) {
    super(detail === '' ? platformProblems[problem] : `${platformProblems[problem]}: ${detail}`, options)
    this.problem = problem
  }
}
