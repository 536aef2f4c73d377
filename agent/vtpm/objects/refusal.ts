import { WireError } from '../../../core/bytes/index.ts'
import { responseCodeOf } from '../../../core/tpm/index.ts'

/** What a step gives, or the response code of the wire form it refuses. */
export function refusalOf<T>(step: () => T): T | number {
  try {
    return step()
  } catch (error) {
    if (error instanceof WireError) return responseCodeOf(error)
    throw error
  }
}
