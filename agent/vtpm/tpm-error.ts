import { describeResponseCode } from '../../core/tpm/index.ts'

/** A command is refused: the response code, with the position of what it blames. */
export class TpmError extends Error {
  override readonly name = 'TpmError'
  readonly rc: number
  constructor(rc: number) {
    super(describeResponseCode(rc))
    this.rc = rc
  }
}
