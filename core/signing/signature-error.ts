/** Everything that a signature of a change can be refused for, with one sentence each. */
const signatureProblems = {
  malformed: 'The signatures are not what `bootlatch policy sign` writes: a JWS in General JSON Serialization.',
  'another-change': 'The signatures are for another document, name, version or server.',
  'unknown-key': 'A key has signed that nobody enrolled.',
  'retired-key': 'A key has signed that is retired.',
  'expired-key': 'A key has signed whose time is over.',
  'another-algorithm': 'A signature names another algorithm than its key is for.',
  'repeated-key': 'One key has signed twice.',
  forged: 'A signature does not belong to its key and this change.',
} as const
export type SignatureProblem = keyof typeof signatureProblems

/** Signatures that count for nothing, all of them: none is picked out of a bad lot. */
export class SignatureError extends Error {
  override readonly name = 'SignatureError'
  readonly problem: SignatureProblem
  constructor(problem: SignatureProblem, options?: ErrorOptions) {
    super(signatureProblems[problem], options)
    this.problem = problem
  }
}
