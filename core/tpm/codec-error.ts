import { WireError } from '../bytes/index.ts'
import { RC } from './constants/response-codes.ts'

/** A wire form that the TPM's structures refuse; `rc` is the response code Part 2 gives for it. */
export class CodecError extends WireError {
  override readonly name = 'CodecError'
  readonly rc: number
  constructor(rc: number, reason: string, path: readonly (string | number)[] = []) {
    super(reason, path)
    this.rc = rc
  }
}

/** Puts a field's name in front of the path of an error that comes up through it. */
export function within(field: string | number, error: unknown): unknown {
  if (!(error instanceof WireError)) return error
  return new CodecError(responseCodeOf(error), error.reason, [field, ...error.path])
}

/** The response code of a refused wire form: a reader that ran dry is TPM_RC_INSUFFICIENT. */
export const responseCodeOf = (error: WireError): number => (error instanceof CodecError ? error.rc : RC.insufficient)
