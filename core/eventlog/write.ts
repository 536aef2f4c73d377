import { Writer } from '../bytes/index.ts'
import { EV } from './event-types.ts'
import { type Event, type EventLog } from './event-log.ts'
import { type LogAlgorithm } from './log-algorithm.ts'
import { encodeSpecIdEvent, type SpecIdEvent } from './spec-id.ts'

const sha1Zeros = new Uint8Array(20)

/** The bytes of a log: those it was parsed from. */
export function writeEventLog(log: EventLog): Uint8Array {
  const to = new Writer()
  switch (log.kind) {
    case 'crypto-agile':
      to.u32(0, true).u32(EV.NO_ACTION, true).bytes(sha1Zeros)
      writeData(to, encodeSpecIdEvent(log.specId))
      for (const event of log.events) writeEvent2(to, event)
      break
    case 'legacy':
      for (const event of log.events) writeLegacyEvent(to, event)
      break
  }
  return to.done()
}

/** The Spec ID event of a log that we write: PC Client, version 2.0 errata 105, 64-bit (PFP 10.4.5.1). */
export function specIdFor(algorithms: readonly LogAlgorithm[]): SpecIdEvent {
  return {
    platformClass: 0,
    specVersionMinor: 0,
    specVersionMajor: 2,
    specErrata: 105,
    uintnSize: 2,
    algorithms,
    vendorInfo: new Uint8Array(0),
  }
}

function writeEvent2(to: Writer, event: Event): void {
  to.u32(event.pcr, true).u32(event.untrustedType, true).u32(event.digests.size, true)
  for (const [id, digest] of event.digests) to.u16(id, true).bytes(digest)
  writeData(to, event.untrustedData)
}

function writeLegacyEvent(to: Writer, event: Event): void {
  to.u32(event.pcr, true).u32(event.untrustedType, true)
  for (const digest of event.digests.values()) to.bytes(digest)
  writeData(to, event.untrustedData)
}

function writeData(to: Writer, data: Uint8Array): void {
  to.u32(data.length, true).bytes(data)
}
