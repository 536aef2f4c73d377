/** A digest algorithm of a log and how many bytes its digests have. */
export interface LogAlgorithm {
  readonly id: number
  readonly digestSize: number
}
