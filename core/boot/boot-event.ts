import { createHash } from 'node:crypto'
import { digestAlgorithm, type Event, type EventLog, type LogAlgorithm, specIdFor } from '../eventlog/index.ts'

/** A measurement that a boot will make: what is digested, and what the log will say of it. */
export interface BootEvent {
  readonly pcr: number
  readonly type: number
  /** The digested bytes, in parts so that images need not be copied. */
  readonly measured: readonly Uint8Array[]
  readonly data: Uint8Array
}

/** A measurement that a recorded boot made: its digests are known, what was digested is not. */
export interface RecordedEvent {
  readonly pcr: number
  readonly type: number
  readonly digests: ReadonlyMap<number, Uint8Array>
  readonly data: Uint8Array
}

/** An event whose data are all that is digested. */
export function dataEvent(pcr: number, type: number, data: Uint8Array): BootEvent {
  return { pcr, type, measured: [data], data }
}

/**
 * The log that a boot with these events will write, with digests in the given banks.
 * @throws TypeError if an algorithm is unknown or a recorded event lacks its digest.
 */
export function logOfBoot(
  events: readonly (BootEvent | RecordedEvent)[],
  algorithms: readonly LogAlgorithm[],
): EventLog {
  return {
    kind: 'crypto-agile',
    specId: specIdFor(algorithms),
    algorithms,
    events: events.map((event, i): Event => ({
      index: i + 1,
      pcr: event.pcr,
      untrustedType: event.type,
      digests: new Map(algorithms.map(({ id }) => [id, digestOf(event, id)])),
      untrustedData: event.data,
    })),
  }
}

function digestOf(event: BootEvent | RecordedEvent, id: number): Uint8Array {
  const algorithm = digestAlgorithm(id)
  if (algorithm === undefined) throw new TypeError(`no digest algorithm ${id}`)
  if ('digests' in event) {
    const digest = event.digests.get(id)
    if (digest === undefined) throw new TypeError(`the recorded log has no ${algorithm.name} digests`)
    return digest
  }
  const hash = createHash(algorithm.nodeName)
  for (const part of event.measured) hash.update(part)
  return new Uint8Array(hash.digest())
}
