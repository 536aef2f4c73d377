import { expect } from 'chai'
import { fromHex, Writer } from '../../../../core/bytes/index.ts'
import {
  efiGlobalVariableGuid,
  encodeUefiVariable,
  encodeUtf16,
  EV,
  untrustedHint,
  untrustedTexts,
} from '../../../../core/eventlog/index.ts'
import { logOf } from './log-builder.ts'

const hintOf = (type: number, data: Uint8Array): string =>
  untrustedHint(logOf(['sha256'], [{ pcr: 1, type, data }]).events[0]!)
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)

/** A device path node: type and subtype, then what is in it. */
const node = (kind: string, body: Uint8Array | string = ''): Uint8Array => {
  const bytes = typeof body === 'string' ? fromHex(body) : body
  return new Writer()
    .bytes(fromHex(kind))
    .u16(bytes.length + 4, true)
    .bytes(bytes)
    .done()
}
const pathOf = (...nodes: readonly Uint8Array[]): Uint8Array =>
  nodes
    .reduce((to, bytes) => to.bytes(bytes), new Writer())
    .bytes(fromHex('7fff0400'))
    .done()
const image = (path: Uint8Array): Uint8Array =>
  new Writer().u64(0n, true).u64(7n, true).u64(0n, true).u64(BigInt(path.length), true).bytes(path).done()
const variable = (name: string, data: Uint8Array, guid = efiGlobalVariableGuid): Uint8Array =>
  encodeUefiVariable({ vendorGuid: fromHex(guid), name, data })
const option = (name: string, path: Uint8Array, told = ''): Uint8Array =>
  new Writer()
    .u32(1, true)
    .u16(path.length, true)
    .bytes(encodeUtf16(`${name}\0`))
    .bytes(path)
    .bytes(encodeUtf16(told))
    .done()

const guid = '312d9deb882dd3119a160090273fc14d'
const file = node('0404', encodeUtf16('\\vmlinuz\0'))

describe('what is shown of an event', () => {
  for (const [what, nodes, text] of [
    ['a file of a USB stick', [node('0101', '0103'), node('0305', '0200'), file], 'Pci(3,1)/USB(2,0)/\\vmlinuz'],
    ['a file of an NVMe disk', [node('0317', '01000000'), file], 'NVMe(1)/\\vmlinuz'],
    ['a file of a SATA disk', [node('0312', '020000000000'), file], 'Sata(2)/\\vmlinuz'],
    ['a file of a SCSI disk', [node('0302', '01000300'), file], 'Scsi(1,3)/\\vmlinuz'],
    ['a file of a disc', [node('0402'), file], 'CDROM/\\vmlinuz'],
    ['the network, by PXE', [node('030b', `525400123456${'00'.repeat(26)}01`), node('030c')], 'MAC(525400123456)/IPv4'],
    ['the network, by HTTP', [node('030d'), node('0318', ascii('http://boot/uki.efi\0'))], 'IPv6/http://boot/uki.efi'],
    ['an option ROM', [node('0101', '0002'), node('0408', '00'.repeat(20))], 'Pci(2,0)/OptionRom'],
    ['memory', [node('0103', `0b00000000100000000000000020000000000000`)], 'MemoryMapped(0x1000)'],
    ['a disk of a conventional BIOS', [node('0501', fromHex('0200000044495343'.concat('00')))], 'BBS DISC'],
    ['what nobody here knows', [node('0a0a', '00'), file], '\\vmlinuz'],
  ] as const)
    it(`names the image of ${what}`, () => {
      expect(hintOf(EV.EFI_BOOT_SERVICES_APPLICATION, image(pathOf(...nodes)))).to.equal(`${text} (7 bytes)`)
    })

  it('names boot options and their order', () => {
    expect(hintOf(EV.EFI_VARIABLE_BOOT, variable('BootOrder', fromHex('01000a00')))).to.equal('BootOrder: 0001, 000A')
    const data = option('Linux', pathOf(file), 'initrd=\\initrd.img')
    expect(hintOf(EV.EFI_VARIABLE_BOOT2, variable('Boot000A', data))).to.equal('Boot000A: Linux, \\vmlinuz')
    expect(hintOf(EV.EFI_VARIABLE_BOOT, variable('Driver0000', option('', pathOf(file))))).to.equal(
      'Driver0000: \\vmlinuz',
    )
  })

  it('takes no other variable for one, nor a malformed one', () => {
    expect(hintOf(EV.EFI_VARIABLE_BOOT, variable('BootOrder', fromHex('0100'), guid))).to.match(/^BootOrder \(eb9d2d31/)
    expect(hintOf(EV.EFI_VARIABLE_BOOT, variable('BootNext', fromHex('0100')))).to.match(/^BootNext \(.*, 2 bytes$/)
    expect(hintOf(EV.EFI_VARIABLE_BOOT, variable('Boot0001', fromHex('01000000ff00')))).to.match(/^[0-9a-f]{64}\.\.\.$/)
  })

  it('names the tables that firmware hands over', () => {
    const tables = new Writer()
      .u64(2n, true)
      .bytes(fromHex(guid))
      .u64(0x1000n, true)
      .bytes(fromHex('00'.repeat(16)))
      .u64(0n, true)
      .done()
    const text = 'tables: SMBIOS, 00000000-0000-0000-0000-000000000000'
    expect(hintOf(EV.EFI_HANDOFF_TABLES, tables)).to.equal(text)
    const words = ascii('SMBIOS Table\0')
    expect(hintOf(EV.EFI_HANDOFF_TABLES2, new Writer().u8(words.length).bytes(words).bytes(tables).done())).to.equal(
      `SMBIOS Table, ${text}`,
    )
    expect(hintOf(EV.EFI_HANDOFF_TABLES, fromHex('ffffffffffffffff')), 'so many there are not').to.equal(
      'ffffffffffffffff',
    )
  })

  it('names a piece of firmware by its own words', () => {
    const blob = new Writer().u64(0x820000n, true).u64(16n, true).done()
    expect(hintOf(EV.EFI_PLATFORM_FIRMWARE_BLOB, blob)).to.equal('16 bytes at 0x820000')
    expect(hintOf(EV.EFI_PLATFORM_FIRMWARE_BLOB2, new Writer().u8(3).bytes(ascii('PEI')).bytes(blob).done())).to.equal(
      'PEI, 16 bytes at 0x820000',
    )
  })

  // Each takes more time than a test has where something is looked for at each of the zeros
  it('reads zeros in the middle of a text once', () => {
    const long = new Uint8Array(1 << 20)
    long[long.length - 1] = 0x78
    expect(hintOf(EV.IPL, long)).to.equal(`${'00'.repeat(32)}...`)

    const body = new Uint8Array(0xff00)
    body.set([0x0a, 0x78], body.length - 4)
    for (const kind of ['0318', '0404', '0501'])
      expect(
        hintOf(EV.EFI_BOOT_SERVICES_APPLICATION, image(pathOf(...Array.from({ length: 15 }, () => node(kind, body))))),
      ).to.match(/^(?:BBS |\.)/)
    const texts = Array.from({ length: 300 }, () => ({ pcr: 8, type: EV.IPL, data: long.slice(-16_384) }))
    for (const event of logOf(['sha256'], texts).events) expect(untrustedTexts(event)[0]).to.have.length(16_384)
  })
})
