import { crc32 } from 'node:zlib'
import { expect } from 'chai'
import { toHex, WireError } from '../../../../core/bytes/index.ts'
import { type BootEvent, logOfBoot } from '../../../../core/boot/boot-event.ts'
import { exitBootServicesEvents, firmwareEvents, type FirmwareSettings } from '../../../../core/boot/firmware.ts'
import { gptEvent } from '../../../../core/boot/gpt.ts'
import { type Event, parseEventLog, parseUefiVariable, replay } from '../../../../core/eventlog/index.ts'
import { type BootName, recordedLog, recordedPcrs } from '../../../vectors/vectors.ts'

const algorithms = parseEventLog(recordedLog('uki')).algorithms
const sha256 = 0x000b
const nothing: FirmwareSettings = {
  version: undefined,
  blobs: [],
  secureBoot: undefined,
  bootOrder: undefined,
  bootOptions: [],
  gpt: undefined,
}

/** The values of the variables that a recorded boot measured, by name. */
function variables(name: BootName): ReadonlyMap<string, Uint8Array> {
  const events = parseEventLog(recordedLog(name)).events.filter(({ pcr }) => pcr === 1 || pcr === 7)
  return new Map(
    events.flatMap((event) => {
      if (event.untrustedData.length < 32) return []
      const variable = parseUefiVariable(event.untrustedData)
      const isAuthority = event.untrustedType === 0x800000e0
      return [[isAuthority ? 'authority' : variable.name, variable.data] as const]
    }),
  )
}

/** A disk whose partition table is the recorded one. */
function recordedDisk(): Uint8Array {
  const event = parseEventLog(recordedLog('uki')).events.find(({ untrustedType }) => untrustedType === 0x80000006)!
  const disk = new Uint8Array(34 * 512)
  disk.set(event.untrustedData.subarray(0, 92), 512)
  disk.set(event.untrustedData.subarray(100), 1024)
  return disk
}

function settingsOf(name: BootName): FirmwareSettings {
  const values = variables(name)
  const value = (variable: string): Uint8Array => values.get(variable) ?? new Uint8Array()
  const order = value('BootOrder')
  const authority = values.get('authority')
  return {
    ...nothing,
    version: '',
    secureBoot: {
      enabled: value('SecureBoot')[0] === 1,
      PK: value('PK'),
      KEK: value('KEK'),
      db: value('db'),
      dbx: value('dbx'),
      authorities: authority === undefined ? [] : [authority],
    },
    bootOrder: Array.from({ length: order.length / 2 }, (_, i) => order[2 * i]! + 256 * order[2 * i + 1]!),
    bootOptions: [0, 1, 2].flatMap((number) => {
      const option = values.get(`Boot000${number}`)
      return option === undefined ? [] : [{ number, option }]
    }),
    gpt: gptEvent(recordedDisk()),
  }
}

/** What firmware measures before it starts a loader from disk. */
function inOrder(settings: FirmwareSettings): readonly BootEvent[] {
  const { early, late, authorities, disk } = firmwareEvents(settings)
  return [...early, ...late, ...authorities, ...disk]
}

const summary = (event: Event): unknown => ({
  pcr: event.pcr,
  type: event.untrustedType,
  data: toHex(event.untrustedData),
  digests: [...event.digests].map(([id, digest]) => [id, toHex(digest)]),
})

describe('firmwareEvents', () => {
  for (const name of ['uki', 'uki-secureboot', 'sdboot-secureboot'] as const) {
    it(`are those of a recorded boot, but for the firmware's own code: ${name}`, () => {
      const computed = logOfBoot(inOrder(settingsOf(name)), algorithms).events
      const recorded = parseEventLog(recordedLog(name)).events.filter(
        ({ untrustedType }) => untrustedType !== 0x80000008,
      )
      expect(computed.map(summary)).to.deep.equal(recorded.slice(0, computed.length).map(summary))
    })

    it(`lead to the PCRs that a guest read: ${name}`, () => {
      const events = [...inOrder(settingsOf(name)), ...exitBootServicesEvents()]
      const banks = replay(logOfBoot(events, algorithms))
      for (const pcr of [1, 2, 3, 5, 6, 7]) {
        expect(toHex(banks.get(sha256)!.get(pcr)!), `PCR ${pcr}`).to.equal(recordedPcrs(name)['sha256']![String(pcr)])
      }
    })
  }

  it('without settings are the separators of PCR 0 to 7, once each, and the start of a loader', () => {
    const events = inOrder(nothing)
    expect(
      events
        .filter(({ type }) => type === 4)
        .map(({ pcr }) => pcr)
        .toSorted(),
    ).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7])
    expect(events).to.have.length(9)
  })

  it('measure a blob and log where it lies', () => {
    const [event] = inOrder({ ...nothing, blobs: [{ base: 0x820000n, content: Uint8Array.of(1, 2, 3) }] })
    expect(toHex(event!.data)).to.equal('00008200000000000300000000000000')
    expect(event!.measured).to.deep.equal([Uint8Array.of(1, 2, 3)])
  })
})

describe('gptEvent', () => {
  function altered(offset: number, bytes: readonly number[]): Uint8Array {
    const disk = recordedDisk()
    disk.set(bytes, offset)
    return disk
  }
  /** The same, with the header's checksum made right again. */
  function resealed(offset: number, bytes: readonly number[]): Uint8Array {
    const disk = altered(offset, bytes)
    disk.fill(0, 528, 532)
    new DataView(disk.buffer).setUint32(528, crc32(disk.subarray(512, 604)), true)
    return disk
  }

  const refused = [
    { name: 'an empty disk', given: new Uint8Array() },
    { name: 'a disk without a table', given: new Uint8Array(4096) },
    { name: 'a header cut off', given: recordedDisk().slice(0, 590) },
    { name: 'an altered header', given: altered(512 + 56, [9]) },
    { name: 'an altered entry', given: altered(1024 + 20, [9]) },
    { name: 'entries outside the disk', given: recordedDisk().slice(0, 1500) },
    { name: 'another header size', given: resealed(512 + 12, [93]) },
    { name: 'entries before the header', given: resealed(512 + 72, [1]) },
    { name: 'entries beyond what is read', given: resealed(512 + 72, [0xff, 0xff, 0xff]) },
    { name: 'absurdly many entries', given: resealed(512 + 80, [0xff, 0xff, 0xff, 0xff]) },
    { name: 'entries of another size', given: resealed(512 + 84, [0x00, 0x01]) },
  ]
  for (const { name, given } of refused) {
    it(`refuses ${name}`, () => {
      expect(() => gptEvent(given)).to.throw(WireError)
    })
  }
})
