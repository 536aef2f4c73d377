import { equalInPublic } from '../bytes/index.ts'
import { digestAlgorithm, extended, resetValue } from '../eventlog/index.ts'
import { digest } from '../tpm/index.ts'
import { isDigestOf } from './known-events.ts'
import { capPcr } from './pcr-selection.ts'
import { type QuotedPcrs } from './quoted-pcrs.ts'
import { type ReplayedLog } from './replayed-log.ts'

/** What the cap is measured as: an agent extends `capPcr` with its digest, in every bank, when no key may be released any more. */
export const capMeasurement = new TextEncoder().encode('bootlatch/v1/cap')

/**
 * Whether the cap is seen: its digest among the events of its PCR, or the value that it alone leaves there. Where something
 * else was measured as well and no log says what, nobody can tell.
 */
export function isCapped({ banks }: QuotedPcrs, { eventsByPcr }: Pick<ReplayedLog, 'eventsByPcr'>): boolean {
  if (eventsByPcr.get(capPcr)?.some((event) => isDigestOf(event, capMeasurement)) === true) return true
  return [...banks].some(([hash, values]) => {
    const algorithm = digestAlgorithm(hash)
    const value = values.get(capPcr)
    if (algorithm === undefined || value === undefined) return false
    const start = resetValue(capPcr, algorithm.digestSize)
    return equalInPublic(extended(algorithm, start, digest(hash, capMeasurement)), value)
  })
}
