import { RpcError } from '../../../core/rpc/index.ts'
import type { Log } from '../parts.ts'

/** An enrolment step that is refused: the log says why, the caller learns only that. */
export class EnrolmentRefused extends RpcError {
  readonly why: string
  constructor(why: string, options?: ErrorOptions) {
    super('join/refused', undefined, options)
    this.why = why
  }
}

/** Runs one step; what it refuses is logged with its reason. */
export async function loggingRefusals<Answer>(
  log: Log,
  step: string,
  peer: string,
  work: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof EnrolmentRefused) log.warn({ step, peer, why: error.why }, 'enrolment refused')
    throw error
  }
}
