/** What the process says when it ends; `bootlatch --help` prints this table. */
export const exitCodes = {
  ok: [0, 'done'],
  error: [1, 'failed: stderr says what, where and what to do'],
  usage: [2, 'the command line is wrong, nothing was asked of the server'],
  refused: [3, 'refused: this operator may not do it, or the decision shown with --exit-code is a refusal'],
  held: [4, 'held: the decision shown with --exit-code waits for a person'],
} as const

export type Exit = keyof typeof exitCodes
