import { Writer } from '../bytes/index.ts'
import { EV } from '../eventlog/index.ts'
import { type BootEvent } from './boot-event.ts'

/** Where a tagged event is measured, and what it is called; `name` as the program encodes it. */
interface Tag {
  readonly pcr: number
  readonly tag: number
  readonly name: Uint8Array
}

/** TCG_PCClientTaggedEvent, PFP 10.4.2.2; the digest is of the object, not of the event data. */
export function taggedEvent({ pcr, tag, name }: Tag, measured: readonly Uint8Array[]): BootEvent {
  const data = new Writer().u32(tag, true).u32(name.length, true).bytes(name).done()
  return { pcr, type: EV.EVENT_TAG, measured, data }
}
