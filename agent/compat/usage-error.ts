/** A command line that is not taken, in the words for who wrote it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
