import { Reader, WireError } from '../bytes/index.ts'
import { ALG } from '../tpm/index.ts'
import { EV } from './event-types.ts'
import { type Event, type EventLog } from './event-log.ts'
import { type LogAlgorithm } from './log-algorithm.ts'
import { logLimits, pcrCount } from './log-limits.ts'
import { isSpecIdEvent, parseSpecIdEvent } from './spec-id.ts'

const SHA1: LogAlgorithm = { id: ALG.sha1, digestSize: 20 }

/** What is wanted of a log. */
interface Wanted {
  /** Digests of other banks are checked for their form and left out; without it all are kept. */
  readonly banks?: ReadonlySet<number>
}

/**
 * Reads a TCG event log as firmware hands it over, crypto-agile or legacy. What is not exactly a list of whole events is refused:
 * a shorter log would describe another boot. The events refer to the bytes given, which must not change afterwards.
 * @throws WireError naming the event and field.
 */
export function parseEventLog(bytes: Uint8Array, { banks }: Wanted = {}): EventLog {
  if (bytes.length > logLimits.logBytes)
    throw new WireError(`${bytes.length} bytes, more than ${logLimits.logBytes}`, ['log'])
  const from = new Reader(bytes)
  const first = parseLegacyEvent(from, 0)
  if (!isSpecIdEvent(first.untrustedData))
    return { kind: 'legacy', algorithms: [SHA1], events: parseRest(from, parseLegacyEvent, [first]) }

  const specId = parseHeader(first)
  const sizes = new Map(specId.algorithms.map(({ id, digestSize }) => [id, digestSize]))
  const shape = { sizes, banks: banks ?? new Set(sizes.keys()) }
  const events = parseRest(from, (rest, index) => parseEvent2(rest, index, shape), [])
  return { kind: 'crypto-agile', specId, algorithms: specId.algorithms, events }
}

function parseRest(from: Reader, parse: (from: Reader, index: number) => Event, events: Event[]): Event[] {
  for (let index = 1; from.left > 0; index++) {
    if (index > logLimits.events) throw new WireError(`more than ${logLimits.events}`, ['events'])
    events.push(parse(from, index))
  }
  return events
}

/** The first event of a crypto-agile log extends nothing: PCR 0, EV_NO_ACTION, a digest of zeros (PFP 10.2.2). */
function parseHeader(first: Event): ReturnType<typeof parseSpecIdEvent> {
  if (first.pcr !== 0) throw new WireError(`PCR ${first.pcr}`, ['events', 0, 'pcrIndex'])
  if (first.untrustedType !== EV.NO_ACTION) throw new WireError('no EV_NO_ACTION', ['events', 0, 'eventType'])
  if (first.digests.get(SHA1.id)?.some((byte) => byte !== 0) !== false)
    throw new WireError('not zero', ['events', 0, 'digest'])
  return at(0, 'event', () => parseSpecIdEvent(first.untrustedData))
}

/** TCG_PCR_EVENT, PFP 10.2.1. */
function parseLegacyEvent(from: Reader, index: number): Event {
  const { pcr, untrustedType } = parsePcrAndType(from, index)
  const digest = at(index, 'digest', () => from.bytes(SHA1.digestSize))
  return { index, pcr, untrustedType, digests: new Map([[SHA1.id, digest]]), untrustedData: parseData(from, index) }
}

/** TCG_PCR_EVENT2, PFP 10.2.2. */
function parseEvent2(from: Reader, index: number, shape: Shape): Event {
  // A closure for each field would cost more than reading it: which one it was is asked only where it failed
  let field = 'pcrIndex'
  try {
    const pcr = from.u32(true)
    field = 'eventType'
    const untrustedType = from.u32(true)
    if (pcr >= pcrCount && untrustedType !== EV.NO_ACTION) {
      field = 'pcrIndex'
      throw new WireError(`PCR ${pcr}`)
    }
    field = 'digests'
    const digests = parseDigests(from, shape, untrustedType === EV.NO_ACTION)
    field = 'event'
    return { index, pcr, untrustedType, digests, untrustedData: readData(from) }
  } catch (error) {
    if (error instanceof WireError)
      throw new WireError(error.reason, ['events', index, field, ...error.path], { cause: error })
    throw error
  }
}

/** Sizes of all digests that may come, and the banks whose digests are kept. */
interface Shape {
  readonly sizes: ReadonlyMap<number, number>
  readonly banks: ReadonlySet<number>
}

/** An event that extends nothing may stand in any PCR: Windows writes its own with 0xFFFFFFFF. */
function parsePcrAndType(from: Reader, index: number): { readonly pcr: number; readonly untrustedType: number } {
  const pcr = at(index, 'pcrIndex', () => from.u32(true))
  const untrustedType = at(index, 'eventType', () => from.u32(true))
  if (pcr >= pcrCount && untrustedType !== EV.NO_ACTION)
    throw new WireError(`PCR ${pcr}`, ['events', index, 'pcrIndex'])
  return { pcr, untrustedType }
}

function parseDigests(from: Reader, { sizes, banks }: Shape, mayBeNone: boolean): ReadonlyMap<number, Uint8Array> {
  const count = from.u32(true)
  if (count === 0 && !mayBeNone) throw new WireError('none')
  if (count > sizes.size) throw new WireError(`${count}, the Spec ID event has ${sizes.size} algorithms`)

  const digests = new Map<number, Uint8Array>()
  const seen: number[] = []
  for (let i = 0; i < count; i++) {
    const id = from.u16(true)
    const size = sizes.get(id)
    if (size === undefined) throw new WireError(`algorithm ${id} is not in the Spec ID event`)
    if (seen.includes(id)) throw new WireError(`algorithm ${id} stands twice`)
    seen.push(id)
    if (banks.has(id)) digests.set(id, from.view(size))
    else from.skip(size)
  }
  return digests
}

function parseData(from: Reader, index: number): Uint8Array {
  return at(index, 'event', () => readData(from))
}

function readData(from: Reader): Uint8Array {
  const size = from.u32(true)
  if (size > logLimits.eventDataBytes) throw new WireError(`${size} bytes, more than ${logLimits.eventDataBytes}`)
  return from.view(size)
}

/** Names the event and field of a failure inside. */
function at<T>(index: number, field: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof WireError)
      throw new WireError(error.reason, ['events', index, field, ...error.path], { cause: error })
    throw error
  }
}
