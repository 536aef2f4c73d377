import { expect } from 'chai'
import { fromHex, toHex } from '../../../../core/bytes/index.ts'
import { efiImageSecurityDatabaseGuid, EV, type Event } from '../../../../core/eventlog/index.ts'
import { evaluateRelease, learnPolicy, parsePolicy } from '../../../../core/policy/index.ts'
import { ALG, digest } from '../../../../core/tpm/index.ts'
import { event, said, separator, variable, verifiedBoot } from '../../../fakes/written-boot.ts'

const ascii = (text: string) => new TextEncoder().encode(text)
const sha256 = (text: string) => toHex(digest(ALG.sha256, ascii(text)))
const image = (name: string): Event => event(4, EV.EFI_BOOT_SERVICES_APPLICATION, ascii(name))
const separators = [0, 1, 2, 3, 4, 5, 6, 7].map((pcr) => separator(pcr))
const firmware = [said(0, 'firmware', EV.S_CRTM_VERSION), variable('SecureBoot', fromHex('01')), ...separators]
const authority = (data: string) => variable('db', ascii(data), efiImageSecurityDatabaseGuid, EV.EFI_VARIABLE_AUTHORITY)

type Input = Parameters<typeof learnPolicy>[0]
const learn = (events: readonly Event[], more: Partial<Input> = {}, selection?: Parameters<typeof verifiedBoot>[1]) =>
  learnPolicy({ name: 'web', machine: 'web-1', tier: 'T1', evidence: verifiedBoot(events, selection), ...more })
/** The lines under a key of the release, without their digests. */
function section(text: string, key: string): readonly string[] {
  const lines = text.split('\n')
  const start = lines.findIndex((line) => line === `  ${key}:`)
  const rest = start < 0 ? [] : lines.slice(start + 1)
  const end = rest.findIndex((line) => !line.startsWith('    '))
  return rest.slice(0, end).map((line) => line.trim().replaceAll(/\["?[0-9a-f]{64}"?\]|"[0-9a-f]{64}"/g, '*'))
}

describe('the text of a learnt policy', () => {
  it('is what a person reads: where it is from, who may start, each component by name and place', () => {
    const text = learn(
      [...firmware, authority('signer'), image('loader'), image('kernel'), said(9, 'initrd'), said(12, 'quiet')],
      { peerAddress: '10.1.2.3', decision: '17' },
    )
    const authorities = authority('signer').digests.get(ALG.sha256)!
    expect(text.split('\n').slice(0, 20)).to.deep.equal([
      '# Learnt from decision 17. Comments after digests are what the event log says of itself.',
      'kind: BootPolicy',
      'name: web',
      'machines: [web-1]',
      'tier: T1',
      'admission:',
      '  # The address of the boot this was learnt from: write the network of the machine.',
      '  networks: ["10.1.2.3/32"]',
      'release:',
      '  secureBoot:',
      '    required: true',
      '    authorities:',
      '      sha256:',
      `        - "${toHex(authorities)}" # db (d719b2cb-3d3a-4596-a3bc-dad00e67656f), 6 bytes`,
      '  components:',
      `    loader: { image: 1, sha256: ["${sha256('loader')}"] } # loader`,
      `    kernelImage: { image: 2, sha256: ["${sha256('kernel')}"] } # kernel`,
      `    pcr9Event: { pcr: 9, event: 1, sha256: ["${sha256('initrd')}"] } # initrd`,
      `    loaderCommandLine: { pcr: 12, event: 1, sha256: ["${sha256('quiet')}"] } # quiet`,
      '  pcrs:',
    ])
    expect(section(text, 'pcrs')).to.deep.equal([
      'sha256:',
      '0: * # firmware; changes with memory size and number of CPUs: list a value for each',
      '1: * # firmware settings, boot order; with newer firmware or systemd-boot also what the machine is called (SMBIOS)',
      '2: * # drivers: option ROMs, and what loaders loaded',
      '3: * # settings of option ROMs',
      '5: * # partition table, settings of the boot loader',
      '6: * # host platform',
      '7: * # Secure Boot keys and state; changes with an update of dbx',
      '8: * # GRUB commands, kernel command line',
      '11: * # unified kernel image',
      '13: * # system extensions',
      '14: * # keys of shim',
    ])
    expect(text.endsWith('\n')).to.equal(true)
  })

  it('says that it is of a verified boot, that a person approves, and what T0 is worth, where that is so', () => {
    expect(learn(firmware, { tier: 'T0' }).split('\n').slice(0, 8)).to.deep.equal([
      '# Learnt from a verified boot. Comments after digests are what the event log says of itself.',
      'kind: BootPolicy',
      'name: web',
      'machines: [web-1]',
      '# T0: the guest measures itself. It finds mistakes, not who can write the boot partition offline.',
      'tier: T0',
      'admission:',
      '  approval: everyBoot',
    ])
  })

  it('asks for Secure Boot only where it was on, and something vouched for an image', () => {
    const off = firmware.map((one, at) => (at === 1 ? variable('SecureBoot', fromHex('00')) : one))
    expect(learn([...firmware, authority('signer')])).to.match(/secureBoot:/)
    expect(learn([...firmware])).not.to.match(/secureBoot:/)
    expect(learn([...off, authority('signer')])).not.to.match(/secureBoot:/)
  })

  it('names an authority once, however many images it vouched for', () => {
    const text = learn([...firmware, authority('a'), authority('b'), authority('a')])
    expect(text.match(/ {8}- "/g)).to.have.length(2)
  })

  it('names the parts of a unified kernel image, and the image by what it is', () => {
    const uki = [
      said(11, '.linux\0'),
      said(11, 'kernel'),
      said(11, '.cmdline\0'),
      said(11, 'quiet'),
      said(11, '.sbat\0'),
      said(11, 'sbat'),
    ]
    expect(section(learn([...firmware, image('uki'), ...uki, image('kernel')]), 'components')).to.deep.equal([
      'kernel: { section: .linux, sha256: * } # kernel',
      'commandLine: { section: .cmdline, sha256: * } # quiet',
      'sbatSection: { section: .sbat, sha256: * } # sbat',
      'unifiedImage: { image: 1, sha256: * } # uki',
      'kernelImage: { image: 2, sha256: * } # kernel',
    ])
  })

  it('gives parts of one kind different names', () => {
    const lines = section(
      learn([...firmware, image('a'), image('b'), image('c'), said(9, 'x'), said(9, 'y')]),
      'components',
    )
    expect(lines.map((line) => line.split(':', 1)[0])).to.deep.equal([
      'loader',
      'loader2',
      'kernelImage',
      'pcr9Event',
      'pcr9Event2',
    ])
  })

  it('pins the value of a PCR with more than sixteen events, with a stray one, or with one section twice', () => {
    const many = (count: number) => Array.from({ length: count }, (_, at) => said(9, `file ${at}`))
    expect(section(learn([...firmware, ...many(16)]), 'components')).to.have.length(16)
    expect(section(learn([...firmware, ...many(17)]), 'components')).to.have.length(0)
    expect(section(learn([...firmware, ...many(17)]), 'pcrs').some((line) => line.startsWith('9: '))).to.equal(true)
    const parts = ['.linux', '.osrel', '.cmdline', '.initrd', '.ucode', '.uname', '.sbat', '.pcrpkey', '.profile']
    const large = [...firmware, image('uki'), ...parts.flatMap((name) => [said(11, `${name}\0`), said(11, name)])]
    expect(section(learn(large), 'components'), 'two events are one section').to.have.length(parts.length + 1)
    const section11 = [said(11, '.linux\0'), said(11, 'kernel')]
    for (const events of [
      [...section11, said(11, 'stray')],
      [...section11, ...section11],
    ]) {
      const text = learn([...firmware, image('uki'), ...events])
      expect(section(text, 'components').join(), text).not.to.include('section:')
      expect(section(text, 'pcrs').some((line) => line.startsWith('11: '))).to.equal(true)
      const policy = parsePolicy(text, 'learnt')
      expect(
        evaluateRelease(policy, verifiedBoot([...firmware, image('uki'), ...events]), { tier: 'T1' }).outcome,
      ).to.equal('allow')
    }
  })

  it('pins a PCR that no log explains, saying so, and the cap only where something was measured', () => {
    const evidence = verifiedBoot([...firmware, said(15, 'machine-id'), said(12, 'quiet')])
    const unexplained = { ...evidence, log: { ...evidence.log, unexplained: new Set([12]) } }
    const lines = section(learnPolicy({ name: 'web', machine: 'web-1', tier: 'T1', evidence: unexplained }), 'pcrs')
    expect(lines).to.include('12: * # no log explains it')
    expect(lines).to.include('15: * # cap, machine identity')
    const untouched = section(learn([...firmware, image('loader')]), 'pcrs')
    expect(untouched.some((line) => line.startsWith('15: '))).to.equal(false)
    expect(untouched, 'another PCR of zeros is pinned').to.include('13: * # system extensions')
  })

  it('does not take a boot past the cap, or one that may be, for a model', () => {
    const capped = verifiedBoot([...firmware, said(15, 'bootlatch/v1/cap')])
    const unexplained = verifiedBoot([...firmware, said(15, 'anything')])
    for (const evidence of [capped, { ...unexplained, log: { ...unexplained.log, unexplained: new Set([15]) } }]) {
      const text = learnPolicy({ name: 'web', machine: 'web-1', tier: 'T1', evidence })
      expect(text).to.include('this policy refuses such a boot')
      const { outcome, reasons } = evaluateRelease(parsePolicy(text, 'learnt'), evidence, { tier: 'T1' })
      expect(outcome).to.equal('deny')
      expect(reasons.filter(({ passed }) => !passed).map(({ code }) => code)).to.include('boot/cap')
    }
  })

  it('leaves out PCRs above the cap, and uses the strongest bank', () => {
    const text = learn([...firmware, image('loader')], {}, [
      { hash: ALG.sha384, pcrs: [0, 4, 16, 23] },
      { hash: ALG.sha256, pcrs: [0, 4] },
    ])
    expect(text).to.match(/pcrs:\n {4}(sha256|sha384):\n {6}0: /)
    expect(text).not.to.match(/^ {6}(16|23): /m)
  })

  it('offers waivers for what nobody knows, as comments', () => {
    const text = learn([...firmware, event(5, 0x1234, ascii('vendor table'))])
    expect(text.split('\n').slice(-4)).to.deep.equal([
      '  # Nobody can say what these events are, so this policy refuses the boot it was learnt from until somebody does:',
      '  # waivers:',
      `  #   - { pcr: 5, sha256: ["${sha256('vendor table')}"], reason: "" } # vendor table`,
      '',
    ])
    expect(learn(firmware)).not.to.match(/waivers/)
  })

  it('writes long names on one line', () => {
    const name = Array.from({ length: 8 }, (_, at) => `part-${at}`).join('-')
    expect(learn(firmware, { name, machine: name })).to.include(`name: ${name}\nmachines: [${name}]\n`)
  })

  it('cannot be of evidence without a bank that policies speak of', () => {
    expect(() => learn(firmware, {}, [{ hash: ALG.sha1, pcrs: [0, 4] }])).to.throw(TypeError, /no bank/)
  })
})
