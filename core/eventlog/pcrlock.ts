import { z } from 'zod'
import { pcrCount } from './log-limits.ts'
import { parseJsonObject } from './parse-json.ts'
import { parseCelDigests } from './userspace-log.ts'

/** One measurement that a component is expected to make. */
export interface ExpectedMeasurement {
  readonly pcr: number
  /** By TPM_ALG_ID. */
  readonly digests: ReadonlyMap<number, Uint8Array>
}

const maxRecords = 4096
const digests = z
  .array(z.looseObject({ hashAlg: z.string(), digest: z.string() }))
  .min(1)
  .max(16)
const pcr = z
  .int()
  .min(0)
  .max(pcrCount - 1)
const schema = z.looseObject({ records: z.array(z.looseObject({ pcr, digests })).min(1).max(maxRecords) })

/**
 * Reads a component of systemd-pcrlock (systemd.pcrlock(5)): the events that it measures, in their order.
 * @throws WireError naming the record and field.
 */
export function parsePcrlock(untrusted: Uint8Array): readonly ExpectedMeasurement[] {
  const { records } = parseJsonObject(untrusted, schema)
  return records.map(({ pcr, digests }, index) => ({ pcr, digests: parseCelDigests(digests, ['records', index]) }))
}
