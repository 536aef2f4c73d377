import { z } from 'zod'
import { logOfBoot } from '../../../core/boot/index.ts'
import { digestAlgorithmNamed, EV, type EventLog, type LogAlgorithm } from '../../../core/eventlog/index.ts'
import { hex, measured, pcr } from './change.ts'

const maxEvents = 5000
const ordinary = Uint8Array.of(0, 0, 0, 0)

const separators = z.strictObject({
  separators: z.array(pcr).min(1).describe('One separator in each of these PCRs'),
  value: hex.default(ordinary),
})

/** What extends nothing may stand in any PCR: Windows writes 0xFFFFFFFF. */
const written = measured.extend({ pcr: z.int().min(0).max(0xffff_ffff) })

/** A boot event by event: what was measured, in order, in the banks that the firmware has. */
export const writtenBoot = z
  .strictObject({
    banks: z
      .array(z.enum(['sha1', 'sha256', 'sha384', 'sha512', 'sm3_256']))
      .min(1)
      .default(['sha1', 'sha256', 'sha384', 'sha512']),
    events: z
      .array(z.union([written, separators]))
      .min(1)
      .max(maxEvents),
  })
  .describe('A boot event by event, instead of a log')

/** The log that firmware writes which measures that. */
export function writtenLog({ banks, events }: z.output<typeof writtenBoot>): EventLog {
  const rows = events.flatMap((row) =>
    'separators' in row
      ? row.separators.map((at) => ({ pcr: at, type: EV.SEPARATOR, measured: [row.value], data: row.value }))
      : [{ pcr: row.pcr, type: row.type, measured: [row.measured], data: row.data ?? row.measured }],
  )
  return logOfBoot(rows, banks.map(algorithmOf))
}

function algorithmOf(name: string): LogAlgorithm {
  const algorithm = digestAlgorithmNamed(name)
  if (algorithm === undefined) throw new TypeError(`no digest algorithm ${name}`)
  return algorithm
}
