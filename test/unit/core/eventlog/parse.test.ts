import { expect } from 'chai'
import { toHex, WireError } from '../../../../core/bytes/index.ts'
import { EV, logLimits, parseEventLog, writeEventLog } from '../../../../core/eventlog/index.ts'
import { recordedLog } from '../../../vectors/vectors.ts'
import { logOf } from './log-builder.ts'

const header = (): Uint8Array => writeEventLog(logOf(['sha256'], []))
const u16 = (value: number): number[] => [value & 0xff, (value >> 8) & 0xff]
const u32 = (value: number): number[] => [...u16(value & 0xffff), ...u16(value >>> 16)]
const sha256 = (fill: number): number[] => [...u16(0x000b), ...new Array<number>(32).fill(fill)]

/** A log with one event behind its header. */
function withEvent(event: readonly number[]): Uint8Array {
  return Uint8Array.of(...header(), ...event)
}

/** A header with one field overwritten. Offsets of a TCG_PCR_EVENT with TCG_EfiSpecIDEvent. */
function headerWith(offset: number, bytes: readonly number[]): Uint8Array {
  const altered = header()
  altered.set(bytes, offset)
  return altered
}
const at = {
  pcr: 0,
  type: 4,
  digest: 8,
  dataSize: 28,
  count: 56,
  algorithm: 60,
  digestSize: 62,
  vendorSize: 64,
} as const

const refused: readonly { readonly name: string; readonly given: Uint8Array; readonly path: string }[] = [
  { name: 'nothing at all', given: new Uint8Array(), path: 'events.0.pcrIndex' },
  { name: 'a header in another PCR', given: headerWith(at.pcr, [1]), path: 'events.0.pcrIndex' },
  { name: 'a header that is no EV_NO_ACTION', given: headerWith(at.type, [4]), path: 'events.0.eventType' },
  { name: 'a header with a digest', given: headerWith(at.digest, [1]), path: 'events.0.digest' },
  { name: 'a header without algorithms', given: headerWith(at.count, u32(0)), path: 'events.0.event' },
  { name: 'a header with more algorithms than it holds', given: headerWith(at.count, u32(2)), path: 'events.0.event' },
  {
    name: 'a header with absurdly many algorithms',
    given: headerWith(at.count, u32(0xffffffff)),
    path: 'events.0.event',
  },
  { name: 'SHA-256 with digests of 20 bytes', given: headerWith(at.digestSize, u16(20)), path: 'events.0.event' },
  {
    name: 'an unknown algorithm with digests of no bytes',
    given: headerWith(at.algorithm, [...u16(0x7777), ...u16(0)]),
    path: 'events.0.event',
  },
  {
    name: 'an unknown algorithm with digests of 65 bytes',
    given: headerWith(at.algorithm, [...u16(0x7777), ...u16(65)]),
    path: 'events.0.event',
  },
  {
    name: 'a header whose vendor information is cut off',
    given: headerWith(at.vendorSize, [1]),
    path: 'events.0.event',
  },
  {
    name: 'PCR 24',
    given: withEvent([...u32(24), ...u32(EV.IPL), ...u32(1), ...sha256(1), ...u32(0)]),
    path: 'events.1.pcrIndex',
  },
  {
    name: 'an event that extends nothing',
    given: withEvent([...u32(4), ...u32(EV.IPL), ...u32(0), ...u32(0)]),
    path: 'events.1.digests',
  },
  {
    name: 'an algorithm that the header does not name',
    given: withEvent([...u32(4), ...u32(EV.IPL), ...u32(1), ...u16(4), ...new Array<number>(20).fill(1), ...u32(0)]),
    path: 'events.1.digests',
  },
  {
    name: 'more digests than algorithms',
    given: withEvent([...u32(4), ...u32(EV.IPL), ...u32(2), ...sha256(1), ...sha256(1), ...u32(0)]),
    path: 'events.1.digests',
  },
  {
    name: 'absurdly many digests',
    given: withEvent([...u32(4), ...u32(EV.IPL), ...u32(0xffffffff), ...sha256(1), ...u32(0)]),
    path: 'events.1.digests',
  },
  {
    name: 'data longer than the log',
    given: withEvent([...u32(4), ...u32(EV.IPL), ...u32(1), ...sha256(1), ...u32(5), 1, 2, 3, 4]),
    path: 'events.1.event',
  },
  {
    name: 'data longer than the limit',
    given: withEvent([...u32(4), ...u32(EV.IPL), ...u32(1), ...sha256(1), ...u32(logLimits.eventDataBytes + 1)]),
    path: 'events.1.event',
  },
  { name: 'zeros behind the last event', given: withEvent(new Array<number>(64).fill(0)), path: 'events.1.digests' },
  { name: 'ones behind the last event', given: withEvent(new Array<number>(64).fill(0xff)), path: 'events.1.pcrIndex' },
]

describe('parseEventLog', () => {
  for (const { name, given, path } of refused) {
    it(`refuses ${name}`, () => {
      expect(() => parseEventLog(given))
        .to.throw(WireError)
        .with.property('message')
        .that.match(new RegExp(`^${path}:`))
    })
  }

  it('refuses the same algorithm twice in the header and in an event', () => {
    const twice = { ...logOf(['sha256'], []), algorithms: [], specId: { ...logOf(['sha256', 'sha256'], []).specId } }
    expect(() => parseEventLog(writeEventLog(twice))).to.throw(WireError, 'stands twice')

    const event = [...u32(4), ...u32(EV.IPL), ...u32(2), ...sha256(1), ...sha256(1), ...u32(0)]
    const log = Uint8Array.of(...writeEventLog(logOf(['sha1', 'sha256'], [])), ...event)
    expect(() => parseEventLog(log)).to.throw(WireError, 'stands twice')
  })

  it('refuses a log above the limit before it looks inside', () => {
    expect(() => parseEventLog(new Uint8Array(logLimits.logBytes + 1))).to.throw(WireError, /^log:/)
  })

  it('refuses every prefix of a recorded log that does not end with an event', () => {
    const log = recordedLog('direct-kernel')
    const ends = new Set(eventEnds(log))
    const accepted = Array.from({ length: log.length + 1 }, (_, size) => size).filter((size) => isAccepted(log, size))
    expect(accepted).to.deep.equal([...ends])
  })

  it('accepts an algorithm that nobody knows if the header names its size', () => {
    const log = headerWith(at.algorithm, [...u16(0x7777), ...u16(6)])
    const bytes = Uint8Array.of(
      ...log,
      ...u32(4),
      ...u32(EV.IPL),
      ...u32(1),
      ...u16(0x7777),
      1,
      2,
      3,
      4,
      5,
      6,
      ...u32(0),
    )
    const [event] = parseEventLog(bytes).events
    expect(toHex(event?.digests.get(0x7777) ?? new Uint8Array())).to.equal('010203040506')
    expect(writeEventLog(parseEventLog(bytes))).to.deep.equal(bytes)
  })

  it('accepts the events of Windows that extend nothing and name no PCR', () => {
    const bytes = withEvent([...u32(0xffffffff), ...u32(EV.NO_ACTION), ...u32(1), ...sha256(0), ...u32(2), 7, 7])
    expect(parseEventLog(bytes).events[0]?.pcr).to.equal(0xffffffff)
    expect(writeEventLog(parseEventLog(bytes))).to.deep.equal(bytes)
  })

  it('accepts vendor information in the header', () => {
    const log = logOf(['sha256'], [])
    const bytes = writeEventLog({ ...log, specId: { ...log.specId, vendorInfo: Uint8Array.of(1, 2, 3) } })
    const parsed = parseEventLog(bytes)
    expect(parsed.kind === 'crypto-agile' && parsed.specId.vendorInfo).to.deep.equal(Uint8Array.of(1, 2, 3))
    expect(writeEventLog(parsed)).to.deep.equal(bytes)
  })

  it('reads a log without a Spec ID event as a legacy log', () => {
    const bytes = Uint8Array.of(
      ...[...u32(0), ...u32(EV.S_CRTM_VERSION), ...new Array<number>(20).fill(0xaa), ...u32(1), 9],
      ...[...u32(0), ...u32(EV.NO_ACTION), ...new Array<number>(20).fill(0), ...u32(0)],
    )
    const log = parseEventLog(bytes)
    expect(log.kind).to.equal('legacy')
    expect(log.events.map(({ index, pcr }) => ({ index, pcr }))).to.deep.equal([
      { index: 0, pcr: 0 },
      { index: 1, pcr: 0 },
    ])
    expect(writeEventLog(log)).to.deep.equal(bytes)
  })
})

function isAccepted(log: Uint8Array, size: number): boolean {
  try {
    parseEventLog(log.subarray(0, size))
    return true
  } catch (error) {
    if (error instanceof WireError) return false
    throw error
  }
}

/** Where whole events end. */
function eventEnds(bytes: Uint8Array): readonly number[] {
  const log = parseEventLog(bytes)
  return Array.from(
    { length: log.events.length + 1 },
    (_, i) => writeEventLog({ ...log, events: log.events.slice(0, i) }).length,
  )
}
