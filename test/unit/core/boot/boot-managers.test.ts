import { expect } from 'chai'
import { createHash } from 'node:crypto'
import { concat, fromHex, toHex, WireError, Writer } from '../../../../core/bytes/index.ts'
import { type BootDescription, BootFileError, parseBootDescription, planBoot } from '../../../../core/boot/index.ts'
import { parsePeImage } from '../../../../core/boot/pe-image.ts'
import { parseShim, shimEvents } from '../../../../core/boot/shim.ts'
import { EV, eventTypeName, parseUefiVariable, untrustedHint } from '../../../../core/eventlog/index.ts'
import { grubImage } from './grub-builder.ts'
import { peImage, smallKernel, ukiImage } from './pe-builder.ts'

const sha256 = { id: 0x000b, digestSize: 32 }
const certificate = fromHex('3003020101')
const dbx = fromHex('aabb')
const level = 'sbat,1,2025021800\nshim,4\n'

function vendorSection(authorized: Uint8Array): Uint8Array {
  const header = new Writer()
    .u32(authorized.length, true)
    .u32(dbx.length, true)
    .u32(16, true)
    .u32(16 + authorized.length, true)
    .done()
  return concat(header, authorized, dbx)
}

function levelSection(version: number): Uint8Array {
  const texts = new TextEncoder().encode(`${level}\0newest\0`)
  return concat(
    new Writer()
      .u32(version, true)
      .u32(8, true)
      .u32(8 + level.length + 1, true)
      .done(),
    texts,
  )
}

const shimImage = (authorized = certificate, version = 0): Uint8Array =>
  peImage({
    sections: [
      { name: '.sbatlevel', content: levelSection(version) },
      { name: '.vendor_cert', content: vendorSection(authorized) },
    ],
  })
const systemdBoot = (version: string, program = 'systemd-boot'): Uint8Array =>
  peImage({ sections: [{ name: '.sdmagic', content: `#### LoaderInfo: ${program} ${version} ####` }] })

const files = new Map<string, Uint8Array>([
  ['shim', shimImage()],
  ['sdboot', systemdBoot('252.39-1~deb12u2')],
  ['later', systemdBoot('257.13-1~deb13u1')],
  ['loader.conf', new TextEncoder().encode('timeout 0\n')],
  ['unseen', systemdBoot('254.1')],
  ['newer', systemdBoot('258.1')],
  ['stub', systemdBoot('252', 'systemd-stub')],
  [
    'uki',
    ukiImage([
      { name: '.linux', content: smallKernel },
      { name: '.cmdline', content: 'quiet \n' },
    ]),
  ],
  ['bare', ukiImage([{ name: '.linux', content: smallKernel }])],
  ['kernel', smallKernel],
  ['grub', grubImage({ script: 'linux /vmlinuz\nboot\n' })],
])

/** PCR and first byte of the digest, so that equal ones show. */
function planned(boot: Omit<BootDescription, 'kind'>): readonly string[] {
  const { events } = planBoot({ kind: 'BootDescription', ...boot }, files, [sha256])
  const own = events.slice(9).filter(({ pcr }) => pcr !== 5)
  return own.map(({ pcr, digests }) => `${pcr} ${toHex(digests.get(sha256.id)!).slice(0, 8)}`)
}
const digest = (content: string | Uint8Array, encoding: BufferEncoding = 'utf8'): string =>
  createHash('sha256')
    .update(typeof content === 'string' ? Buffer.from(content, encoding) : content)
    .digest('hex')
    .slice(0, 8)

describe('parseShim', () => {
  it('reads the vendor’s certificate and list, and the older of its levels', () => {
    const shim = parseShim(parsePeImage(shimImage()))
    expect(shim).to.deep.equal({
      vendorCertificate: certificate,
      vendorDbx: dbx,
      sbatLevel: new TextEncoder().encode(level),
    })
  })

  for (const [name, image] of [
    ['no shim', smallKernel],
    ['a vendor with a list', shimImage(fromHex('a159c0a5'))],
    ['a level of another version', shimImage(certificate, 1)],
  ] as const) {
    it(`refuses ${name}`, () => {
      expect(() => parseShim(parsePeImage(image))).to.throw(WireError)
    })
  }
})

describe('shimEvents', () => {
  const shim = { vendorCertificate: certificate, vendorDbx: dbx, sbatLevel: new TextEncoder().encode(level) }

  it('are the lists, the level, and under Secure Boot the vendor', () => {
    const said = shimEvents(shim, true).map(({ pcr, type, data }) =>
      pcr === 7 ? `${eventTypeName(type)} ${parseUefiVariable(data).name}` : new TextDecoder().decode(data),
    )
    const authority = 'EV_EFI_VARIABLE_AUTHORITY'
    const lists = ['MokList\0', 'MokListX\0', `${authority} SbatLevel`, 'MokListTrusted\0']
    expect(said).to.deep.equal([...lists, `${authority} MokListRT`])
    expect(shimEvents(shim, false)).to.have.length(4)
  })
})

describe('a boot by a boot manager', () => {
  it('is systemd-boot, the image, the options that are in it, and what the image measures', () => {
    const alone = planned({ uki: { image: 'uki', commandLine: 'quiet ' } })
    const options = `12 ${digest('quiet \0', 'utf16le')}`
    const behind = planned({ systemdBoot: { image: 'sdboot' }, uki: { image: 'uki' } })
    expect(behind.slice(1, 3)).to.deep.equal([alone[0], options])
    expect(behind.slice(3)).to.deep.equal(alone.slice(1))
  })

  it('has no options where there are none', () => {
    const behind = planned({ systemdBoot: { image: 'sdboot' }, uki: { image: 'bare' } })
    expect(behind.filter((line) => line.startsWith('12'))).to.deep.equal([])
  })

  it('starts a kernel with the options of its entry', () => {
    const kernel = { image: 'kernel', commandLine: 'initrd=\\initrd.img quiet' }
    const options = digest('initrd=\\initrd.img quiet\0', 'utf16le')
    const [, , ...then] = planned({ systemdBoot: { image: 'sdboot' }, kernel })
    expect(then).to.deep.equal([`12 ${options}`, `9 ${options}`])
  })

  it('leaves the options in an image to its stub from 255 on, and measures its configuration', () => {
    const uki = { image: 'uki' }
    const alone = planned({ uki })
    const loader = { image: 'later', configuration: 'loader.conf' }
    expect(planned({ systemdBoot: loader, uki }).slice(1), 'PCR 5 is left out here').to.deep.equal(alone)
    const told = { ...uki, commandLine: 'debug' }
    expect(planned({ systemdBoot: loader, uki: told })).to.include(`12 ${digest('debug\0', 'utf16le')}`)
    const configured = (image: string) => {
      const boot = { kind: 'BootDescription', systemdBoot: { ...loader, image }, uki } as const
      return planBoot(boot, files, [sha256]).events.filter(
        ({ pcr, untrustedType }) => pcr === 5 && untrustedType === EV.EVENT_TAG,
      )
    }
    const [event, ...others] = configured('later')
    expect(others).to.have.length(0)
    expect(toHex(event!.digests.get(sha256.id)!).slice(0, 8)).to.equal(digest('timeout 0\n'))
    expect(untrustedHint(event!)).to.equal('tag 0xf5bc582a: loader.conf')
    expect(configured('sdboot')).to.have.length(0)
  })

  it('is shim, what it measures, GRUB, and what that measures', () => {
    const grub = { image: 'grub', files: { '/vmlinuz': 'kernel' } }
    const behind = planned({ shim: { image: 'shim' }, grub }).map((line) => line.split(' ')[0])
    expect(behind).to.deep.equal(['4', '14', '14', '7', '14', '4', '8', '9', '8', '8'])
    expect(planned({ grub })).to.have.length(5)
  })

  for (const { name, boot, message } of [
    {
      name: 'a newer systemd-boot',
      boot: { systemdBoot: { image: 'newer' }, kernel: { image: 'kernel' } },
      message: /^newer: .*258/,
    },
    {
      name: 'a systemd-boot between two that are known',
      boot: { systemdBoot: { image: 'unseen' }, uki: { image: 'uki' } },
      message: /^unseen: .*254/,
    },
    {
      name: 'a stub as systemd-boot',
      boot: { systemdBoot: { image: 'stub' }, uki: { image: 'uki' } },
      message: /^stub: /,
    },
    { name: 'a kernel as GRUB', boot: { grub: { image: 'kernel', files: {} } }, message: /^kernel: / },
    { name: 'GRUB without its kernel', boot: { grub: { image: 'grub', files: {} } }, message: /^grub: .*\/vmlinuz/ },
  ]) {
    it(`refuses ${name}, and names the file`, () => {
      expect(() => planned(boot)).to.throw(BootFileError, message)
    })
  }

  for (const [name, text] of [
    ['shim before nothing', 'shim: { image: a }\nuki: { image: b }'],
    ['systemd-boot before QEMU’s kernel', 'systemdBoot: { image: a }\nkernel: { image: b, qemu: { memoryMiB: 512 } }'],
    ['GRUB and a kernel', 'grub: { image: a, files: {} }\nkernel: { image: b }'],
    ['a file that GRUB could not name', 'grub: { image: a, files: { vmlinuz: b } }'],
    ['a device that GRUB could not name', 'grub: { image: a, device: "(hd0)", files: {} }'],
    ['variables beside what is in them', 'firmware: { variables: a, bootOrder: [0] }\nuki: { image: b }'],
  ] as const) {
    it(`is not described by ${name}`, () => {
      expect(() => parseBootDescription(`kind: BootDescription\n${text}\n`, 'boot.yaml')).to.throw(/^boot\.yaml:/)
    })
  }
})
