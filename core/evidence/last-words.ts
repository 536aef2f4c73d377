import { EV } from '../eventlog/index.ts'
import { digest } from '../tpm/index.ts'
import { type MeasuredEvent } from './measured-event.ts'

/** The PCR into which firmware measures that a loader leaves it (PFP 3.3.4.6). */
export const lastWordsPcr = 5

const invoked = 'Exit Boot Services Invocation'
const succeeded = 'Exit Boot Services Returned with Success'
const failed = 'Exit Boot Services Returned with Failure'
const endings: readonly (readonly string[])[] = [
  [invoked, succeeded],
  [invoked, failed],
  [invoked, failed, invoked, succeeded],
  [invoked, failed, succeeded],
]

/**
 * How a log may go on that was taken from the firmware before it had said its last words: operating systems that do not read
 * the table of final events hand out such logs. The events are constants, so that they can hide nothing.
 */
export function lastWords(banks: Iterable<number>, firstIndex: number): readonly (readonly MeasuredEvent[])[] {
  const hashes = [...banks]
  return endings.map((texts) =>
    texts.map((text, at) => {
      const untrustedData = new TextEncoder().encode(text)
      return {
        log: 'implied',
        index: firstIndex + at,
        pcr: lastWordsPcr,
        untrustedType: EV.EFI_ACTION,
        digests: new Map(hashes.map((hash) => [hash, digest(hash, untrustedData)])),
        untrustedData,
      }
    }),
  )
}
