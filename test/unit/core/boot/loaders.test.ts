import { expect } from 'chai'
import { createHash } from 'node:crypto'
import { concat, toHex, WireError } from '../../../../core/bytes/index.ts'
import { authenticodeParts } from '../../../../core/boot/authenticode.ts'
import { type BootEvent } from '../../../../core/boot/boot-event.ts'
import { efiStubEvents } from '../../../../core/boot/efi-stub.ts'
import { parsePeImage } from '../../../../core/boot/pe-image.ts'
import { parseUki, type UkiStart, ukiEvents } from '../../../../core/boot/uki.ts'
import { parseEventLog } from '../../../../core/eventlog/index.ts'
import { type BootName, recordedLog } from '../../../vectors/vectors.ts'
import { type GivenSection, smallKernel, ukiImage } from './pe-builder.ts'

const sha256 = 0x000b
const start: UkiStart = { path: '\\EFI\\BOOT\\BOOTX64.EFI', commandLine: undefined, secureBoot: false }
const linux: GivenSection = { name: '.linux', content: smallKernel }
const commandLine: GivenSection = { name: '.cmdline', content: 'console=ttyS0 panic=-1 quiet' }
const initrd: GivenSection = { name: '.initrd', content: 'initrd' }

const digest = (event: BootEvent): string =>
  createHash('sha256')
    .update(concat(...event.measured))
    .digest('hex')
const authenticode = (image: Uint8Array): string =>
  createHash('sha256')
    .update(concat(...authenticodeParts(parsePeImage(image))))
    .digest('hex')
const textDigest = (text: string, encoding: BufferEncoding = 'latin1'): string =>
  createHash('sha256').update(text, encoding).digest('hex')

function recorded(name: BootName, pcr: number): readonly { readonly digest: string; readonly data: string }[] {
  return parseEventLog(recordedLog(name))
    .events.filter((event) => event.pcr === pcr)
    .map((event) => ({ digest: toHex(event.digests.get(sha256)!), data: toHex(event.untrustedData) }))
}

function events(
  sections: readonly GivenSection[],
  given: Partial<UkiStart> = {},
  version?: string,
): readonly BootEvent[] {
  return ukiEvents(parseUki(ukiImage(sections, version)), { ...start, ...given })
}
const inPcr = (all: readonly BootEvent[], pcr: number): readonly BootEvent[] => all.filter((event) => event.pcr === pcr)
const described = (event: BootEvent): { readonly digest: string; readonly data: string } => ({
  digest: digest(event),
  data: toHex(event.data),
})

describe('ukiEvents', () => {
  const sections = [initrd, commandLine, { name: '.osrel', content: 'ID=debian\n' }, linux]

  it('measure the image, its sections in the stub’s order, the kernel and its input', () => {
    const all = events(sections)
    expect(all.map(({ pcr }) => pcr)).to.deep.equal([4, ...new Array<number>(8).fill(11), 4, 9, 9])
    expect(digest(all[0]!)).to.equal(authenticode(ukiImage(sections)))
    expect(digest(all[9]!)).to.equal(authenticode(smallKernel))
  })

  it('leave out the kernel under Secure Boot, as a recorded boot did', () => {
    const all = events(sections, { secureBoot: true })
    const loads = recorded('uki-secureboot', 4).filter(({ data }) => data.length > 100)
    expect(inPcr(all, 4)).to.have.length(loads.length)
    expect(inPcr(all, 9)).to.have.length(2)
  })

  it('log and digest the names of sections as a recorded boot does', () => {
    const computed = inPcr(events(sections), 11).map(described)
    const real = recorded('uki', 11)
    expect(computed.map(({ data }) => data)).to.deep.equal(real.map(({ data }) => data))
    for (const i of [0, 2, 4, 6]) expect(computed[i]).to.deep.equal(real[i])
  })

  it('digest the command line of a recorded boot in PCR 11, and as load options in PCR 9', () => {
    const all = events(sections)
    expect(described(inPcr(all, 11)[5]!)).to.deep.equal(recorded('uki', 11)[5])
    expect(described(inPcr(all, 9)[0]!)).to.deep.equal(recorded('uki', 9)[0])
  })

  it('log the kernel’s initrd as a recorded boot does, and digest what .initrd holds', () => {
    const [, event] = inPcr(events(sections), 9)
    expect(toHex(event!.data)).to.equal(recorded('uki', 9)[1]!.data)
    expect(digest(event!)).to.equal(textDigest('initrd'))
  })

  it('measure a command line of the boot entry in PCR 12 and use it, unless Secure Boot is on', () => {
    const open = events(sections, { commandLine: 'init=/bin/sh' })
    expect(inPcr(open, 12).map(digest)).to.deep.equal([textDigest('init=/bin/sh\0', 'utf16le')])
    expect(digest(inPcr(open, 9)[0]!)).to.equal(textDigest('init=/bin/sh\0', 'utf16le'))

    expect(events(sections, { commandLine: 'init=/bin/sh', secureBoot: true }).map(digest)).to.deep.equal(
      events(sections, { secureBoot: true }).map(digest),
    )
    const without = events([linux, initrd], { commandLine: 'init=/bin/sh', secureBoot: true })
    expect(inPcr(without, 12)).to.have.length(1)
  })

  it('digest a command line of the boot entry as a boot of QEMU did', () => {
    const all = events(sections, { commandLine: 'console=ttyS0 panic=-1 quiet extra' })
    const expected = '0d63ffeb1cace8bb690cd13394282c518efb47316840a9b5a8f08ca3056570fd'
    expect(inPcr(all, 12).map(digest)).to.deep.equal([expected])
    expect(digest(inPcr(all, 9)[0]!)).to.equal(expected)
  })

  it('measure no load options where there is no command line', () => {
    expect(inPcr(events([linux]), 9)).to.deep.equal([])
  })

  it('measure .uname and .sbat from the versions on that do', () => {
    const names = (version: string): readonly string[] =>
      inPcr(events([linux, { name: '.uname', content: '6.1' }], {}, version))
        .filter((_, i) => i % 2 === 0)
        .map(({ data }) => new TextDecoder('utf-16le').decode(data).replace('\0', ''))
    expect(names('252.39')).to.deep.equal(['.linux'])
    expect(names('253')).to.deep.equal(['.linux', '.uname'])
    expect(names('255.4')).to.deep.equal(['.linux', '.uname', '.sbat'])

    function inPcr(all: readonly BootEvent[]): readonly BootEvent[] {
      return all.filter(({ pcr }) => pcr === 11)
    }
  })

  it('put microcode before the initrd at a multiple of four bytes', () => {
    const all = events([linux, { name: '.ucode', content: 'µ' }, initrd], {}, '256.1')
    expect(digest(inPcr(all, 9)[0]!)).to.equal(textDigest('µ\0\0initrd\0\0', 'utf8'))
  })

  it('make spaces of control characters in the embedded command line, and cut them off its end', () => {
    const section = { name: '.cmdline', content: ' console=ttyS0\tpanic=-1 quiet \n' }
    const loadOptions = (version: string): string => digest(inPcr(events([linux, section], {}, version), 9)[0]!)
    // As systemd-stub 252 did in a boot of QEMU.
    expect(loadOptions('252')).to.equal('53e90489820b1312b2c033096f8acf4be4f987571488965bc1bbc348fdaaee4c')
    expect(loadOptions('254')).to.equal(textDigest('console=ttyS0 panic=-1 quiet\0', 'utf16le'))
  })

  it('add the archives that the stub makes of .pcrsig and .pcrpkey to the initrd', () => {
    const signature = { name: '.pcrsig', content: '{"sha256":[]}' }
    const key = { name: '.pcrpkey', content: 'a public key!\nx' }
    const archive = (name: string, content: string): string =>
      newc(1, '0416d', '.extra', '') + newc(2, '08124', `.extra/${name}`, content) + trailer
    const all = events([linux, initrd, signature, key])
    expect(inPcr(all, 11).filter((_, i) => i % 2 === 0)).to.have.length(3)
    const expected =
      'initrd\0\0' +
      archive('tpm2-pcr-signature.json', signature.content) +
      archive('tpm2-pcr-public-key.pem', key.content)
    expect(digest(inPcr(all, 9)[0]!)).to.equal(textDigest(expected))
  })

  it('add the archive of .osrel from systemd 257 on, also where nothing else is', () => {
    const release = { name: '.osrel', content: 'ID=debian\n' }
    expect(inPcr(events([linux, release], {}, '256'), 9)).to.deep.equal([])
    const expected = newc(1, '0416d', '.extra', '') + newc(2, '08124', '.extra/os-release', release.content) + trailer
    expect(digest(inPcr(events([linux, release], {}, '257.7'), 9)[0]!)).to.equal(textDigest(expected))
  })
})

const pad = (text: string): string => text + '\0'.repeat((4 - (text.length % 4)) % 4)
const field = (digits: string): string => digits.padStart(8, '0')
const trailer = pad(`070701${'0'.repeat(32)}00000001${'0'.repeat(48)}0000000B00000000TRAILER!!!\0`)

/** A cpio entry as systemd-stub 252 wrote it in a boot of QEMU. */
function newc(inode: number, mode: string, name: string, content: string): string {
  const size = field(content.length.toString(16))
  const nameSize = field((name.length + 1).toString(16))
  const numbers = [String(inode), mode, '0', '0', '1', '0'].map(field).join('')
  return pad(`070701${numbers}${size}${'0'.repeat(32)}${nameSize}00000000${name}\0`) + pad(content)
}

describe('parseUki', () => {
  const refused = [
    { name: 'an image without a kernel', given: ukiImage([commandLine]), message: '.linux' },
    { name: 'a section twice', given: ukiImage([linux, commandLine, commandLine]), message: '.cmdline' },
    {
      name: 'an image with profiles',
      given: ukiImage([linux, { name: '.profile', content: 'x' }]),
      message: '.profile',
    },
    { name: 'an image of another stub', given: smallKernel, message: '.linux' },
    {
      name: 'a stub that loads the kernel by itself',
      given: ukiImage([linux], '262.1-1'),
      message: 'systemd-stub 262',
    },
    { name: 'a stub without a version', given: ukiImage([linux], 'unknown'), message: '.sdmagic' },
    {
      name: 'a section larger than the file',
      given: ukiImage([{ ...linux, virtualSize: 1 << 30 }]),
      message: '.linux',
    },
  ]
  for (const { name, given, message } of refused) {
    it(`refuses ${name}`, () => {
      expect(() => parseUki(given)).to.throw(WireError, message)
    })
  }
})

describe('efiStubEvents', () => {
  it('are those of a recorded direct kernel boot', () => {
    const [options, archive] = efiStubEvents({
      commandLine: 'console=ttyS0 panic=-1 quiet initrd=initrd',
      initrd: [new Uint8Array()],
    })
    expect(described(options!)).to.deep.equal(recorded('direct-kernel', 9)[0])
    expect(toHex(archive!.data)).to.equal(recorded('direct-kernel', 9)[1]!.data)
  })

  it('digest several archives as one', () => {
    const parts = ['one', 'two'].map((text) => new TextEncoder().encode(text))
    expect(efiStubEvents({ commandLine: undefined, initrd: parts }).map(digest)).to.deep.equal([textDigest('onetwo')])
  })
})
