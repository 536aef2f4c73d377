import { describeResponseCode } from '../../core/tpm/index.ts'

/** A command is refused: the response code, with the position of what it blames. */
export class TpmError extends Error {
  override readonly name = 'TpmError'
  readonly rc: number
  constructor(rc: number) {
    // It becomes an answer, and nobody reads where it came from: V8 takes longer to say so than a command takes
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    super(describeResponseCode(rc))
    Error.stackTraceLimit = stackTraceLimit
    this.rc = rc
  }
}
