import { WireError } from '../bytes/index.ts'
import { EventLogError } from '../eventlog/index.ts'
import { EvidenceError, type EvidenceProblem } from './evidence-error.ts'

/** Runs a parser; bytes that it refuses are evidence of that problem, anything else is our mistake. */
export function refuseMalformed<T>(problem: EvidenceProblem, parse: () => T): T {
  try {
    return parse()
  } catch (cause) {
    if (cause instanceof WireError || cause instanceof EventLogError)
      throw new EvidenceError(problem, cause.message, { cause })
    throw cause
  }
}
