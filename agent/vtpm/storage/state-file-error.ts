/** Each with one sentence for the operator. */
const problems = {
  'state/damaged': 'neither slot of the state file is whole: restore the file, or enrol the machine anew',
  'state/unknown-version': 'the state file was written by a newer version',
  'state/no-key': 'the state file is of a generation whose key is not at hand',
  'state/not-authentic': 'the state file was altered, or the key is another one’s',
  'state/too-large': 'the state does not fit into the state file',
  'state/other-power-cycle': 'the volatile state is of another power cycle than the permanent state',
  'state/closed': 'the state file is closed',
} as const

export type StateFileProblem = keyof typeof problems

/** A state file that cannot be read or written. */
export class StateFileError extends Error {
  override readonly name = 'StateFileError'
  readonly problem: StateFileProblem
  constructor(problem: StateFileProblem, options?: ErrorOptions) {
    super(problems[problem], options)
    this.problem = problem
  }
}
