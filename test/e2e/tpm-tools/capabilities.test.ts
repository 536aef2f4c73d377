import { expect } from 'chai'
import { SwtpmTransport } from '../../../agent/channel/index.ts'
import { manufacture, MemoryStorage, Tpm } from '../../../agent/vtpm/index.ts'
import { toHex, Writer } from '../../../core/bytes/index.ts'
import { CAP, CC, PT, ST } from '../../../core/tpm/index.ts'
import { Scratch } from './scratch.ts'
import { startSwtpm } from './tpm-process.ts'

/** As libtpms 0.9.2 names itself. */
const itsName = { manufacturer: 'IBM\0', vendorString: 'SW   TPM', firmwareVersion: 0x20191023_00163636n } as const

const counts = [0, 1, 2, 5, 254, 1000, 0xffffffff]
const places: Readonly<Record<keyof typeof CAP, readonly number[]>> = {
  algs: [0, 4, 5, 0x44, 0x45, 0xffff, 0x10000, 0x10044, 0xffffffff],
  handles: [
    0, 1, 23, 24, 0x01000000, 0x02000000, 0x02000001, 0x03000000, 0x04000000, 0x40000000, 0x40000007, 0x4000000d,
    0x4000000e, 0x80000000, 0x80000001, 0x81000000, 0x81800000, 0x90000000, 0xff000000,
  ],
  commands: [0, 0x11f, 0x12b, 0x150, 0x193, 0x197, 0x198, 0x1000, 0xffffffff],
  ppCommands: [0, 0x12d, 0x12e, 0xffffffff],
  auditCommands: [0, 0x140, 0x141, 0xffffffff],
  pcrs: [0, 1, 0xffffffff],
  tpmProperties: [0, 0x100, 0x105, 0x12e, 0x12f, 0x1ff, 0x200, 0x20e, 0x214, 0x215, 0x2ff, 0x300, 0xffffffff],
  pcrProperties: [0, 1, 0x0b, 0x11, 0x14, 0x15, 0xffffffff],
  eccCurves: [0, 1, 5, 6, 0x20, 0x21, 0x10001, 0xffffffff],
  authPolicies: [0, 0x40000000, 0x40000001, 0x40000002, 0x4000000c, 0x4000000d, 0x80000000],
  act: [0, 0x4000010f, 0x40000110, 0x4000011f, 0x40000120],
}

/** What each has its own room for. */
const roomProperties = [PT.hrPersistentAvail, PT.nvCountersAvail]

const getCapability = (capability: number, property: number, count: number): Uint8Array =>
  new Writer().u16(ST.noSessions).u32(22).u32(CC.GetCapability).u32(capability).u32(property).u32(count).done()

const headerBytes = 10 + 1 + 4 + 4

/** The rows of an answer in which only these bytes may differ. */
function rows(response: Uint8Array, rowBytes: number): readonly string[] {
  const found: string[] = []
  for (let at = headerBytes; at < response.length; at += rowBytes) found.push(toHex(response.slice(at, at + rowBytes)))
  return found
}
const property = (row: string): number => Number.parseInt(row.slice(0, 8), 16)

describe('GetCapability answers as swtpm does, byte for byte', () => {
  const scratch = new Scratch()
  let ours: Tpm
  let reference: SwtpmTransport

  before(async () => {
    const random = (size: number): Uint8Array => new Uint8Array(size).fill(size)
    const swtpm = await scratch.started(startSwtpm(scratch.folder()))
    reference = new SwtpmTransport({ kind: 'tcp', host: '127.0.0.1', port: swtpm.port })
    const storage = new MemoryStorage(manufacture({ random }))
    ours = Tpm.open({ storage, random, clock: () => performance.now(), profile: itsName })
    ours.powerOn()
    const startup = new Writer().u16(ST.noSessions).u32(12).u32(CC.Startup).u16(0).done()
    await ours.execute(startup.slice())
    await reference.transmit(startup)
  })

  after(() => {
    ours.powerOff()
    reference.close()
  })

  async function both(command: Uint8Array): Promise<readonly [Uint8Array, Uint8Array]> {
    return [await ours.execute(command.slice()), await reference.transmit(command)]
  }

  for (const [name, capability] of Object.entries(CAP)) {
    it(name, async () => {
      for (const place of places[name as keyof typeof CAP])
        for (const count of counts) {
          const [own, known] = await both(getCapability(capability, place, count))
          const asked = `0x${place.toString(16)} and ${count}`
          if (capability === CAP.tpmProperties) {
            const isShared = (row: string): boolean => !roomProperties.includes(property(row) as never)
            expect(toHex(own.slice(0, headerBytes)), asked).to.equal(toHex(known.slice(0, headerBytes)))
            expect(rows(own, 8).filter(isShared), asked).to.deep.equal(rows(known, 8).filter(isShared))
          } else expect(toHex(own), asked).to.equal(toHex(known))
        }
    })
  }

  it('an unknown capability', async () => {
    for (const capability of [11, 0x100, 0xffffffff]) {
      const [own, known] = await both(getCapability(capability, 0, 1))
      expect(toHex(own)).to.equal(toHex(known))
    }
  })
})
