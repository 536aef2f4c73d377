import { EV } from '../eventlog/index.ts'
import { digest } from '../tpm/index.ts'
import { type MeasuredEvent } from './measured-event.ts'

const invoked = 'Exit Boot Services Invocation'
const succeeded = 'Exit Boot Services Returned with Success'
const failed = 'Exit Boot Services Returned with Failure'

/** What systemd-pcrphase measures into PCR 11, without NUL, in this order. */
export const bootPhases = ['enter-initrd', 'leave-initrd', 'sysinit', 'ready', 'shutdown', 'final'] as const
export type BootPhase = (typeof bootPhases)[number]

interface Ending {
  readonly pcr: number
  readonly untrustedType: number
  readonly texts: readonly (readonly string[])[]
}

/**
 * How logs may go on that end before what was measured does. The events are constants, so that they can hide nothing.
 * - A log that was taken from the firmware before it had said its last words (PFP 3.3.4.6): operating systems that do not read
 *   the table of final events hand out such logs.
 * - systemd before 255 measures the phases of a boot and writes no log.
 */
const endings: readonly Ending[] = [
  {
    pcr: 5,
    untrustedType: EV.EFI_ACTION,
    texts: [
      [invoked, succeeded],
      [invoked, failed],
      [invoked, failed, invoked, succeeded],
      [invoked, failed, succeeded],
    ],
  },
  { pcr: 11, untrustedType: EV.IPL, texts: bootPhases.map((_, at) => bootPhases.slice(0, at + 1)) },
]

/** The events that may stand, behind the end of the logs, in a PCR that these do not explain. */
export function impliedEndings(
  pcr: number,
  banks: Iterable<number>,
  firstIndex: number,
): readonly (readonly MeasuredEvent[])[] {
  const hashes = [...banks]
  const ending = endings.find((one) => one.pcr === pcr)
  if (ending === undefined) return []
  const { untrustedType, texts } = ending
  return texts.map((words) =>
    words.map((text, at) => {
      const untrustedData = new TextEncoder().encode(text)
      const digests = new Map(hashes.map((hash) => [hash, digest(hash, untrustedData)]))
      return { log: 'implied', index: firstIndex + at, pcr, untrustedType, digests, untrustedData }
    }),
  )
}
