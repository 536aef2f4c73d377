/** Each with one sentence for the log. */
const problems = {
  'pki/no-certificate': 'the peer showed no certificate',
  'pki/malformed': 'not a certificate, or one with a malformed extension',
  'pki/issuer': 'not signed by our authority',
  'pki/validity': 'not valid at this time',
  'pki/profile': 'the certificate is of none of our profiles',
  'pki/name': 'the certificate does not name a machine or an operator as its profile demands',
} as const

export type CertificateProblem = keyof typeof problems

/** A certificate that is not what it must be. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError'
  readonly problem: CertificateProblem
  constructor(problem: CertificateProblem, options?: ErrorOptions) {
    super(problems[problem], options)
    this.problem = problem
  }
}
