import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { toHex, WireError } from '../../../../core/bytes/index.ts'
import {
  coversItsData,
  digestedData,
  type Event,
  encodeUefiVariable,
  EV,
  eventTypeName,
  guidText,
  parseEventLog,
  parseGuid,
  parseUefiVariable,
  untrustedHint,
} from '../../../../core/eventlog/index.ts'
import { bootNames, recordedLog } from '../../../vectors/vectors.ts'
import { logOf } from './log-builder.ts'

const sha256 = 0x000b

function hintOf(type: number, data: Uint8Array | string, pcr = 4): string {
  return untrustedHint(logOf(['sha256'], [{ pcr, type, data }]).events[0]!)
}

describe('digestedData', () => {
  for (const name of bootNames) {
    it(`is what the digests of recorded events cover: ${name}`, () => {
      const log = parseEventLog(recordedLog(name))
      const checked = log.events.filter((event) => digestedData(event) !== undefined)
      expect(checked.length).to.be.greaterThan(15)
      for (const event of checked) {
        const digest = createHash('sha256').update(digestedData(event)!).digest('hex')
        expect(toHex(event.digests.get(sha256)!), `event ${event.index}`).to.equal(digest)
      }
    })
  }

  it('is unknown for a boot variable whose data are malformed', () => {
    expect(digestedData(logOf(['sha256'], [{ pcr: 1, type: EV.EFI_VARIABLE_BOOT, data: 'x' }]).events[0]!)).to.equal(
      undefined,
    )
  })
})

describe('coversItsData', () => {
  const separator = { pcr: 4, type: EV.SEPARATOR, data: Uint8Array.of(0, 0, 0, 0) }
  const eventOf = (banks: readonly string[]): Event => logOf(banks, [separator]).events[0]!

  it('is true of every recorded event whose digest can be computed', () => {
    for (const name of bootNames) {
      const answers = parseEventLog(recordedLog(name)).events.map(coversItsData)
      expect(answers).not.to.include(false)
      expect(answers).to.include(true)
    }
  })

  it('is false once one digest is of something else', () => {
    const event = eventOf(['sha1', 'sha256'])
    event.digests.get(sha256)![0]! ^= 1
    expect(coversItsData(event)).to.equal(false)
  })

  it('is unknown for other types and for digests that nobody can compute', () => {
    expect(coversItsData(logOf(['sha256'], [{ ...separator, type: EV.IPL }]).events[0]!)).to.equal(undefined)
    expect(coversItsData({ ...eventOf(['sha256']), digests: new Map([[0x7777, Uint8Array.of(1)]]) })).to.equal(
      undefined,
    )
  })
})

describe('untrustedHint', () => {
  it('reads the recorded boots', () => {
    const hints = parseEventLog(recordedLog('uki-secureboot')).events.map((event) => untrustedHint(event))
    expect(hints[3]).to.equal('SecureBoot (8be4df61-93ca-11d2-aa0d-00e098032b8c), = 1')
    expect(hints[21]).to.equal('db (d719b2cb-3d3a-4596-a3bc-dad00e67656f), 907 bytes')
    expect(hints[22]).to.equal('disk 11111111-2222-3333-4444-555555555555, 1 partition')
    expect(hints[23]).to.match(/\\EFI\\BOOT\\BOOTX64\.EFI \(\d+ bytes\)$/)
    expect(hints[24]).to.equal('.linux')
    expect(hints[32]).to.equal('tag 0x8f3b22ed: LOADED_IMAGE::LoadOptions')
    expect(hints[34]).to.equal('Exit Boot Services Invocation')
  })

  it('lets no control character through to the terminal', () => {
    const hint = hintOf(EV.IPL, '\u001b[2J\u0007grub_cmd: ls\n')
    expect(hint).not.to.match(/\p{Cc}/u)
  })

  it('says which separators report an error', () => {
    expect(hintOf(EV.SEPARATOR, Uint8Array.of(0, 0, 0, 0))).to.equal('')
    expect(hintOf(EV.SEPARATOR, Uint8Array.of(1, 0, 0, 0))).to.equal('error')
  })

  it('falls back to bytes for data that are not what the type says', () => {
    expect(hintOf(EV.EFI_GPT_EVENT, Uint8Array.of(1, 2, 3))).to.equal('010203')
    expect(hintOf(EV.EFI_BOOT_SERVICES_APPLICATION, new Uint8Array(32).fill(0xff))).to.equal('ff'.repeat(32))
    expect(hintOf(EV.EVENT_TAG, Uint8Array.of(1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff))).to.equal('01000000ffffffff')
  })
})

describe('eventTypeName', () => {
  it('is the profile’s name, or the number', () => {
    expect(eventTypeName(EV.EFI_VARIABLE_AUTHORITY)).to.equal('EV_EFI_VARIABLE_AUTHORITY')
    expect(eventTypeName(0x80000099)).to.equal('0x80000099')
  })
})

describe('parseUefiVariable', () => {
  const variable = {
    vendorGuid: parseGuid('8be4df61-93ca-11d2-aa0d-00e098032b8c'),
    name: 'BootOrder',
    data: Uint8Array.of(1, 0),
  }

  it('reads what encodeUefiVariable writes', () => {
    expect(parseUefiVariable(encodeUefiVariable(variable))).to.deep.equal(variable)
    expect(guidText(variable.vendorGuid)).to.equal('8be4df61-93ca-11d2-aa0d-00e098032b8c')
  })

  it('refuses every prefix and anything behind', () => {
    const bytes = encodeUefiVariable(variable)
    for (let size = 0; size < bytes.length; size++)
      expect(() => parseUefiVariable(bytes.subarray(0, size))).to.throw(WireError)
    expect(() => parseUefiVariable(Uint8Array.of(...bytes, 0))).to.throw(WireError)
  })

  it('refuses lengths that only fit when they overflow', () => {
    const bytes = encodeUefiVariable(variable)
    bytes.fill(0xff, 16, 32)
    expect(() => parseUefiVariable(bytes)).to.throw(WireError)
  })
})

describe('parseGuid', () => {
  it('refuses what is no GUID', () => {
    for (const text of ['', '8be4df61', '8be4df61-93ca-11d2-aa0d-00e098032b8', 'g'.repeat(36)]) {
      expect(() => parseGuid(text)).to.throw(WireError)
    }
  })
})
