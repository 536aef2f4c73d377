/** Each with one sentence for the operator. */
const problems = {
  'keys/wrong-passphrase': 'the passphrase does not open the vault',
  'keys/damaged-vault': 'the vault file is damaged or no vault',
  'keys/unknown-vault-version': 'the vault file was written by a newer version',
  'keys/unwrap-failed': 'a wrapped key is damaged, belongs elsewhere or was wrapped under another key',
} as const

export type KeyProblem = keyof typeof problems

/** A key that does not open; says nothing about its contents. */
export class KeyError extends Error {
  override readonly name = 'KeyError'
  readonly problem: KeyProblem
  constructor(problem: KeyProblem, { at, ...options }: ErrorOptions & { readonly at?: string } = {}) {
    super(at === undefined ? problems[problem] : `${at}: ${problems[problem]}`, options)
    this.problem = problem
  }
}
