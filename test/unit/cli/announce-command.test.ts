import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { parse } from 'yaml'
import { authenticodeParts } from '../../../core/boot/authenticode.ts'
import { parsePeImage } from '../../../core/boot/pe-image.ts'
import { parseAnnouncement } from '../../../core/policy/index.ts'
import { peImage } from '../core/boot/pe-builder.ts'
import { Bench } from './bench.ts'

const sha = (bank: string, ...parts: readonly Uint8Array[]): string => {
  const hash = createHash(bank)
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}
const bytes = (text: string) => new TextEncoder().encode(text)
const image = peImage({ sections: [{ name: '.linux', content: 'kernel' }], certificates: new Uint8Array(16) })

describe('bootlatch policy announce', () => {
  let bench: Bench
  before(async () => {
    bench = await Bench.create()
  })
  after(() => {
    bench.close()
  })

  let written = 0
  /** The document that the options say, as it is written to a file. */
  const announced = async (options: string): Promise<Record<string, unknown>> => {
    const path = join(bench.folder, `announced-${++written}.yaml`)
    const { exit, err } = await bench.run(`policy announce k --machine web-1 --for 6h --reason r ${options} -o ${path}`)
    expect(exit, err).to.equal(0)
    const text = readFileSync(path, 'utf8')
    // What it writes is what servers read; sets that are not there accept nothing.
    expect(parseAnnouncement(text, path, undefined, 'accept nothing').machines).to.deep.equal(['web-1'])
    return parse(text) as Record<string, unknown>
  }

  it('takes a file as it is, and an image as firmware measures it as well', async () => {
    const initrd = bench.file('initrd', 'cpio')
    const kernel = bench.file('vmlinuz', image)
    const { components } = await announced(
      `--label 6.1 --component-file initrd=${initrd} --component-file image=${kernel}`,
    )
    expect(components).to.deep.equal({
      initrd: [{ version: '6.1', sha256: sha('sha256', bytes('cpio')) }],
      image: [
        { version: '6.1', sha256: sha('sha256', image) },
        { version: '6.1', sha256: sha('sha256', ...authenticodeParts(parsePeImage(image))) },
      ],
    })
  })

  it('takes a section of an image, in the banks that are asked for, beside digests', async () => {
    const uki = bench.file('web.efi', image)
    const digest = 'ab'.repeat(32)
    const { components } = await announced(
      `--component linux=${digest} --component-file linux=${uki}#.linux --bank sha256 --bank sha384`,
    )
    const [sha256, sha384] = ['sha256', 'sha384'].map((bank) => sha(bank, bytes('kernel')))
    expect(components).to.deep.equal({
      linux: [
        { version: 'announced', sha256: digest },
        { version: 'announced', sha256, sha384 },
      ],
    })
  })

  it('names sets of reference values, all of their versions or some', async () => {
    const { reference } = await announced('--component-reference initrd=debian/initrd --pcr-reference 0=ovmf/pcr0')
    expect(reference).to.deep.equal({ components: { initrd: ['debian/initrd'] }, pcrs: { 0: ['ovmf/pcr0'] } })
    const some = await announced('--pcr-reference 0=a/b --pcr-reference 0=c/d --reference-version 2025.02')
    expect(some['reference']).to.deep.equal({ pcrs: { 0: ['a/b', 'c/d'] }, versions: ['2025.02'] })
  })

  it('takes texts as they are said, and as files have them', async () => {
    const cmdline = bench.file('cmdline', 'root=/dev/vda2 ro quiet\n')
    const { texts } = await announced(`--text commandLine=root=/dev/vda1 --text-file commandLine=${cmdline}`)
    expect(texts).to.deep.equal({ commandLine: ['root=/dev/vda1', 'root=/dev/vda2 ro quiet'] })
  })

  it('takes signers by certificate, fingerprint, event and set', async () => {
    const certificate = new X509Certificate(bench.authority.anchor)
    const fingerprint = sha('sha256', certificate.raw)
    const [pem, der] = [bench.file('ca.pem', bench.authority.anchor), bench.file('ca.der', certificate.raw)]
    const other = 'cd'.repeat(32)
    for (const file of [pem, der])
      expect(await announced(`--certificate ${file} --certificate ${other}`)).to.have.deep.property('authorities', {
        certificates: [fingerprint, other],
      })
    const { authorities } = await announced(`--authority ${'ef'.repeat(48)} --authority-reference shim/authorities`)
    expect(authorities).to.deep.equal({
      values: [{ version: 'announced', sha384: 'ef'.repeat(48) }],
      reference: ['shim/authorities'],
    })
  })

  for (const [name, options, says] of [
    ['nothing', '', /say what will be measured/],
    ['versions of no set', '--reference-version 6.1 --text commandLine=quiet', /say of which sets these versions are/],
  ] as const)
    it(`refuses to announce ${name}`, async () => {
      const { exit, err } = await bench.run(
        `policy announce k --machine web --for 1h --reason r --yes ${options}`.trim(),
      )
      expect({ exit, err }).to.deep.include({ exit: 2 })
      expect(err).to.match(says)
    })

  it('refuses to announce to nobody', async () => {
    const { exit, err } = await bench.run('policy announce k --for 1h --reason r --yes --text commandLine=quiet')
    expect(exit).to.equal(2)
    expect(err).to.contain('--machine or --group')
  })

  const files: readonly (readonly [name: string, option: string, content: string, says: RegExp])[] = [
    ['an image that is cut off', '--component-file kernel=FILE', 'MZ', /broken/],
    ['a section of what is no image', '--component-file kernel=FILE#.linux', 'cpio', /broken/],
    ['a text of two lines', '--text-file commandLine=FILE', 'a\nb\n', /not one line of printable ASCII/],
    ['no text', '--text-file commandLine=FILE', '', /not one line of printable ASCII/],
    ['what is no certificate', '--certificate FILE', 'PEM', /broken/],
    [
      'certificates in a row',
      '--certificate FILE',
      '-----BEGIN CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n',
      /holds more than one certificate/,
    ],
  ]
  for (const [name, option, content, says] of files)
    it(`refuses ${name}, and names the file`, async () => {
      const path = bench.file('broken', content)
      const { exit, err } = await bench.run(
        `policy announce k --machine web --for 1h --reason r --yes ${option.replace('FILE', path)}`,
      )
      expect(exit).to.equal(1)
      expect(err).to.match(says).and.contain(path)
    })

  it('refuses a file that is not there', async () => {
    const { exit, err } = await bench.run('policy announce k --machine w --for 1h --reason r --component-file a=/none')
    expect(exit).to.equal(1)
    expect(err).to.contain('cannot read /none')
  })

  for (const wrong of [
    '--component-file kernel',
    '--component-file kernel=',
    '--component-file a/b=file',
    '--component-reference kernel=set',
    '--pcr-reference 15=ovmf/pcr0',
    '--pcr-reference 0=ovmf',
    '--reference-version ',
    '--text commandLine=',
    '--text commandLine=ä',
    '--text =quiet',
    '--authority abcd',
    '--authority-reference shim',
    '--bank sha1',
  ])
    it(`refuses ${wrong} as it is written`, async () => {
      expect((await bench.run(`policy announce k --machine web --for 1h --reason r ${wrong}`)).exit).to.equal(2)
    })
})
