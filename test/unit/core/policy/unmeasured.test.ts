import { expect } from 'chai'
import { fromHex, Writer } from '../../../../core/bytes/index.ts'
import { encodeUtf16, EV, type Event } from '../../../../core/eventlog/index.ts'
import { imageLabels } from '../../../../core/policy/image-labels.ts'
import { unmeasured } from '../../../../core/policy/unmeasured.ts'
import { event, said, separator, variable, verifiedBoot } from '../../../fakes/written-boot.ts'

const ascii = (text: string) => new TextEncoder().encode(text)
const image = (name: string): Event => event(4, EV.EFI_BOOT_SERVICES_APPLICATION, ascii(name))
const firmware = [said(0, 'firmware', EV.S_CRTM_VERSION), ...[0, 1, 2, 3, 4, 5, 6, 7].map((pcr) => separator(pcr))]
const tagged = (tag: number, measured: Uint8Array) =>
  event(9, EV.EVENT_TAG, measured, new Writer().u32(tag, true).u32(0, true).done())
const told = (text: string) => tagged(0x8f3b22ed, encodeUtf16(text))
const initrd = tagged(0x8f3b22ec, ascii('initrd'))
const sections = (...names: readonly string[]) => names.flatMap((name) => [said(11, `${name}\0`), said(11, name)])

const past = 'Secure Boot was on and vouched for nothing: what was started came past it.'
const noImage = 'No image was measured as it was started: nothing below says which loader or kernel ran.'
const nothing =
  'Nothing was measured of what the last image did: if it is a loader, it may have started any kernel, with any command line and initrd.'
const noCommandLine = 'No command line was measured: the kernel may have been told anything.'
const noInitrd = 'No initrd was measured: one that the command line names (initrd=) may have been any.'

describe('what a boot leaves unmeasured', () => {
  for (const [name, events, expected] of [
    ['all, by a loader that measures nothing', [image('syslinux')], [nothing]],
    ['an initrd that the kernel reads by itself', [image('kernel'), told('initrd=\\initrd.img quiet')], [noInitrd]],
    ['an initrd, where nobody knows the command line', [image('kernel'), tagged(0x8f3b22ed, ascii('?'))], [noInitrd]],
    ['the command line, by an old kernel', [image('kernel'), initrd], [noCommandLine]],
    ['the kernel, where QEMU starts it past Secure Boot', [initrd], [noImage, past, noCommandLine]],
  ] as const)
    it(`is ${name}`, () => {
      const isOn = (expected as readonly string[]).includes(past)
      const boot = [variable('SecureBoot', fromHex(isOn ? '01' : '00')), ...firmware, ...events]
      expect(unmeasured({ ...verifiedBoot(boot), untrustedTexts: ['initrd=\\initrd.img quiet'] })).to.deep.equal(
        expected,
      )
    })

  for (const [name, events] of [
    ['a kernel with a command line and no initrd', [image('kernel'), told('quiet')]],
    ['a kernel with both', [image('kernel'), told('initrd=\\initrd.img'), initrd]],
    ['a unified kernel image', [image('uki'), ...sections('.linux', '.cmdline', '.initrd')]],
    ['GRUB', [image('grub'), said(8, 'grub_cmd: linux /vmlinuz')]],
    ['a loader that measures what it tells', [image('loader'), image('kernel'), said(12, 'quiet'), initrd]],
  ] as const)
    it(`is nothing of ${name}`, () => {
      expect(unmeasured({ ...verifiedBoot([...firmware, ...events]), untrustedTexts: ['quiet'] })).to.deep.equal([])
    })
})

describe('what firmware leaves unmeasured', () => {
  it('is what was started, where SecureBoot says on and nothing is verified', () => {
    const on = variable('SecureBoot', fromHex('01'))
    const [grub, command] = [image('grub'), said(8, 'grub_cmd: ls')]
    const told = (...events: readonly Event[]) => unmeasured(verifiedBoot([on, ...events, ...firmware, grub, command]))
    const nothingVouched = ['SecureBoot says on, and the firmware is in setup or audit mode: it vouched for nothing.']
    expect(told(variable('SetupMode', fromHex('01')))).to.deep.equal(nothingVouched)
    expect(told(variable('AuditMode', fromHex('01')))).to.deep.equal(nothingVouched)
    expect(told(variable('SetupMode', fromHex('00')))).to.deep.equal([past])
  })
  it('is itself, where PCR 0 holds a separator alone', () => {
    const [, ...separators] = firmware
    expect(unmeasured(verifiedBoot([...separators, image('boot sector'), said(8, 'grub_cmd: ls')]))).to.deep.equal([
      'The firmware measured nothing of itself (PCR 0 holds a separator): another one leaves the same value behind.',
    ])
  })
})

describe('names of images', () => {
  const uki = sections('.linux', '.cmdline', '.initrd')
  const addon = (path: string) =>
    event(
      4,
      EV.EFI_BOOT_SERVICES_APPLICATION,
      ascii('add-on'),
      new Writer()
        .u64(0n, true)
        .u64(1n, true)
        .u64(0n, true)
        .u64(BigInt(path.length * 2 + 8), true)
        .bytes(fromHex('0404'))
        .u16(path.length * 2 + 4, true)
        .bytes(encodeUtf16(path))
        .bytes(fromHex('7fff0400'))
        .done(),
    )
  for (const [expected, events] of [
    [['lastImage'], [image('syslinux')]],
    [
      ['loader', 'kernelImage'],
      [image('refind'), image('kernel'), told('quiet')],
    ],
    [
      ['loader', 'loader'],
      [image('shim'), image('grub'), said(8, 'grub_cmd: linux'), said(9, '/vmlinuz')],
    ],
    [
      ['loader', 'kernelImage'],
      [image('grub'), said(8, 'grub_cmd: linux'), image('kernel')],
    ],
    [
      ['unifiedImage', 'kernelImage'],
      [image('uki'), ...uki, image('kernel')],
    ],
    [
      ['loader', 'unifiedImage'],
      [image('systemd-boot'), image('uki'), ...uki],
    ],
    [
      ['loader', 'unifiedImage', 'addon'],
      [image('systemd-boot'), image('uki'), ...uki, addon('\\one.addon.efi')],
    ],
    [[], []],
  ] as const)
    it(`are ${expected.join(', ')} by what was measured around them`, () => {
      expect(imageLabels(verifiedBoot([...firmware, ...events]))).to.deep.equal(expected)
    })
})
