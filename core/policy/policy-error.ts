/** A policy that says something wrong, unknown, contradictory or nothing; it never counts as a weaker policy. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError'
  readonly source: string
  /** Counted from 1. */
  readonly line: number
  /** Counted from 1. */
  readonly column: number
  readonly reason: string
  constructor(source: string, line: number, column: number, reason: string) {
    super(`${source}:${line}:${column}: ${reason}`)
    this.source = source
    this.line = line
    this.column = column
    this.reason = reason
  }
}
