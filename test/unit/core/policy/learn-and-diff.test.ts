import { expect } from 'chai'
import { toHex } from '../../../../core/bytes/index.ts'
import { verifyEvidence, type RequestCore, type VerifiedEvidence } from '../../../../core/evidence/index.ts'
import { encodeUefiVariable, EV, type Event } from '../../../../core/eventlog/index.ts'
import {
  diffBoots,
  digestNames,
  earlierBoot,
  evaluateRelease,
  learnPolicy,
  parsePolicy,
  parseReferenceValues,
  type EarlierBoot,
  type Library,
} from '../../../../core/policy/index.ts'
import { ALG } from '../../../../core/tpm/index.ts'
import { Attester } from '../../../../agent/boot/simulate/attester.ts'
import { alteredRequest, event, recordedRequest } from '../../../fakes/attester-request.ts'
import { bootNames, type BootName } from '../../../vectors/vectors.ts'

const attester = new Attester()
const verified = (core: RequestCore) => verifyEvidence(attester.expectation(), attester.attest(core))
const recorded = (boot: BootName) => verified(recordedRequest(boot))
const altered = (boot: BootName, edit: (events: readonly Event[]) => readonly Event[]) =>
  verified(alteredRequest(boot, edit))
const ascii = (text: string) => new TextEncoder().encode(text)
const remeasure = (index: number) => (events: readonly Event[]) =>
  events.map((one) => (one.index === index ? { ...one, digests: event(0, 0, ascii('x')).digests } : one))
const variableOf = (name: string) =>
  event(
    7,
    EV.EFI_VARIABLE_DRIVER_CONFIG,
    encodeUefiVariable({ vendorGuid: new Uint8Array(16), name, data: Uint8Array.of(1) }),
  )
const learn = (evidence: VerifiedEvidence, peerAddress?: string) =>
  learnPolicy({ name: 'web', machine: 'web-1', tier: 'T0', peerAddress, evidence, decision: '17' })

describe('learnPolicy', () => {
  for (const boot of bootNames)
    it(`writes a policy that ${boot} satisfies`, () => {
      const policy = parsePolicy(learn(recorded(boot), '10.0.0.1'), 'learnt')
      expect(evaluateRelease(policy, recorded(boot), { tier: 'T0' }).outcome).to.equal('allow')
      expect(policy.release.secureBoot !== undefined).to.equal(boot.endsWith('secureboot'))
    })
  it('says from which decision it was learnt', () => {
    expect(learn(recorded('uki'))).to.match(/^# Learnt from decision 17\./)
  })
  it('allows the address of that boot alone, or asks a person where there is none', () => {
    const admission = (peer?: string) => parsePolicy(learn(recorded('uki'), peer), 'learnt').admission
    const networks = (peer: string) => admission(peer).networks.map(({ text }) => text)
    expect(networks('10.0.0.1')).to.deep.equal(['10.0.0.1/32'])
    expect(networks('::ffff:10.0.0.1')).to.deep.equal(['10.0.0.1/32'])
    expect(networks('fd00::1')).to.deep.equal(['fd00::1/128'])
    for (const peer of [undefined, '', 'unix', '10.0.0.1/0"]'])
      expect(admission(peer)).to.deep.include({ approvals: 1, networks: [] })
  })
  it('does not waive an unknown event, and says so', () => {
    const evidence = altered('uki', (events) => [...events, event(5, 0x1234, ascii('odd'))])
    const text = learn(evidence)
    expect(text).to.match(/# waivers:\n.*pcr: 5/)
    const policy = parsePolicy(text, 'learnt')
    expect(evaluateRelease(policy, evidence, { tier: 'T0' }).outcome).to.equal('deny')
  })
  it('cannot be led by the text of an event', () => {
    const text = 'x\n    evil: { image: 9, sha256: ["00"] }\u2028\u0085\r\ntier: T0'
    const evidence = altered('uki', (events) =>
      events.map((one) => (one.pcr === 11 ? { ...one, untrustedData: ascii(text) } : one)),
    )
    const policy = parsePolicy(learn(evidence), 'learnt')
    expect(policy.release.components.map(({ name }) => name)).to.deep.equal(
      parsePolicy(learn(recorded('uki')), 'learnt').release.components.map(({ name }) => name),
    )
  })
  it('takes the value of a PCR into which very much was measured', () => {
    const many = Array.from({ length: 40 }, (_, at) => event(8, EV.IPL, ascii(`grub_cmd: ${at}`)))
    const evidence = altered('uki', (events) => [...events, ...many])
    const policy = parsePolicy(learn(evidence), 'learnt')
    expect(policy.release.pcrs.has(8)).to.equal(true)
    expect(evaluateRelease(policy, evidence, { tier: 'T0' }).outcome).to.equal('allow')
  })
  it('quotes names that YAML would read as something else', () => {
    const named = learnPolicy({ name: 'true', machine: '123', tier: 'T1', evidence: recorded('uki') })
    expect(parsePolicy(named, 'learnt')).to.deep.include({ name: 'true', machines: ['123'] })
  })
})

describe('diffBoots', () => {
  it('says nothing of the same boot', () => {
    for (const boot of bootNames) expect(diffBoots(recorded(boot), recorded(boot))).to.deep.equal([])
  })
  const rows: readonly { name: string; boot: BootName; index: number; says: RegExp }[] = [
    {
      name: 'kernel',
      boot: 'uki',
      index: 25,
      says: /^the kernel \(PCR 11, section \.linux\) changed: 51349501a3d1ff83\.\.\. -> /,
    },
    { name: 'command line', boot: 'uki', index: 29, says: /^the command line \(PCR 11, section \.cmdline\) changed/ },
    { name: 'initrd', boot: 'uki', index: 31, says: /^the initrd \(PCR 11, section \.initrd\) changed/ },
    { name: 'second image', boot: 'sdboot-secureboot', index: 25, says: /^image 2 that was started \(PCR 4\) changed/ },
    {
      name: 'command line of -append',
      boot: 'direct-kernel',
      index: 21,
      says: /^the command line, as the log calls it \(PCR 9, event 1\) changed/,
    },
    { name: 'firmware', boot: 'uki', index: 2, says: /^the firmware's code \(PCR 0, event 2\) changed/ },
    { name: 'authority', boot: 'uki-secureboot', index: 22, says: /^what vouches for images \(PCR 7\) changed/ },
  ]
  for (const { name, boot, index, says } of rows)
    it(`names a changed ${name}, and nothing else`, () => {
      const lines = diffBoots(recorded(boot), altered(boot, remeasure(index)))
      expect(lines).to.have.length(1)
      expect(lines[0]).to.match(says)
    })
  it('tells Secure Boot first', () => {
    expect(diffBoots(recorded('uki-secureboot'), recorded('uki'))[0]).to.equal('Secure Boot is off: it was on')
  })
  it('tells what is new and what is gone without calling the rest changed', () => {
    const image = event(4, EV.EFI_BOOT_SERVICES_APPLICATION, ascii('tool'))
    const more = altered('uki', (events) => [...events, image])
    expect(diffBoots(recorded('uki'), more).join()).to.match(
      /^image 3 that was started \(PCR 4\) is new: [0-9a-f]+\.\.\. \(the log calls it "tool"\)$/,
    )
    expect(diffBoots(more, recorded('uki')).join()).to.match(/^image 3 that was started \(PCR 4\) is gone/)
  })
  it('tells what was measured at another place', () => {
    const swapped = altered('sdboot-secureboot', (events) => {
      const images = events.filter(
        ({ pcr, untrustedType }) => pcr === 4 && untrustedType === EV.EFI_BOOT_SERVICES_APPLICATION,
      )
      const [first, second] = images
      return events.map((one) => (one === first ? second! : one === second ? first! : one))
    })
    expect(diffBoots(recorded('sdboot-secureboot'), swapped).join()).to.match(
      /^image [12] that was started \(PCR 4\) stood at place [12] before: [0-9a-f]{16}\.\.\. \(the log calls it .*\)$/,
    )
  })
  it('shows a text where it was measured, and no text that merely stands in the log', () => {
    const withText = (line: string, claimed = line) =>
      altered('uki', (events) => [...events, event(8, EV.IPL, ascii(line), ascii(`kernel_cmdline: ${claimed}\0`))])
    const [told] = diffBoots(withText('root=/dev/a quiet'), withText('root=/dev/a init=/bin/sh'))
    expect(told).to.match(
      /^the .* \(PCR 8, event 1\) changed: "root=\/dev\/a quiet" -> "root=\/dev\/a init=\/bin\/sh"$/,
    )
    const [hidden] = diffBoots(withText('quiet'), withText('init=/bin/sh', 'quiet'))
    expect(hidden).to.match(/ changed: "quiet" -> [0-9a-f]{16}\.\.\.$/)
    expect(diffBoots(withText('a'), withText('b'.repeat(300)))[0]).to.match(/-> "b{120}\.\.\."$/)
  })
  it('names what somebody published, and where else something was measured', () => {
    const newer = altered('uki', remeasure(25))
    const [was, is] = [recorded('uki'), newer].map(({ boot }) =>
      toHex(boot.sections.find(({ section }) => section === '.linux')!.event.digests.get(ALG.sha256)!),
    )
    const values = (rows: readonly string[]) =>
      new Map([
        [
          'debian',
          parseReferenceValues(`kind: ReferenceValues\nname: debian\nsets:\n  kernel:\n${rows.join('')}`, 'test'),
        ],
      ])
    const row = (version: string, digest: string | undefined) =>
      `    - { version: "${version}", sha256: "${digest ?? ''}" }\n`
    const earlier = earlierBoot('decision 17 of web-2', newer)
    const told = (library: Library, ...boots: readonly EarlierBoot[]) =>
      diffBoots(recorded('uki'), newer, digestNames(library, boots)).join()
    const what = /^the kernel \(PCR 11, section \.linux\) changed: 51349501a3d1ff83\.\.\./
    expect(told(values([row('6.1.0-29', was), row('6.1.0-30', is)]), earlier)).to.match(what)
    expect(told(values([row('6.1.0-29', was), row('6.1.0-30', is)]), earlier)).to.match(
      / \(6\.1\.0-29 of debian\/kernel\) -> [0-9a-f]{16}\.\.\. \(6\.1\.0-30 of debian\/kernel\)$/,
    )
    expect(told(values([row('6.1.0-29', was)]), earlier)).to.match(
      /\(6\.1\.0-29 of debian\/kernel\) -> [0-9a-f]{16}\.\.\., known from decision 17 of web-2$/,
    )
    expect(told(new Map())).to.match(/\.\.\. -> [0-9a-f]{16}\.\.\.$/)
    expect(told(new Map(), earlierBoot('decision 3 of web-1', recorded('uki')))).to.match(/-> [0-9a-f]{16}\.\.\.$/)
  })
  it('names a firmware by the value of its PCR', () => {
    const other = recorded('direct-kernel-1024MB')
    const pcr0 = ({ pcrs }: VerifiedEvidence) => toHex(pcrs.banks.get(ALG.sha256)!.get(0)!)
    const library: Library = new Map([
      [
        'ovmf',
        parseReferenceValues(
          `kind: ReferenceValues\nname: ovmf\nsets:\n  pcr0:\n    - { version: "512 MiB", sha256: "${pcr0(recorded('direct-kernel'))}" }\n    - { version: "1 GiB", sha256: "${pcr0(other)}" }\n`,
          'test',
        ),
      ],
    ])
    const lines = diffBoots(recorded('direct-kernel'), other, digestNames(library, []))
    expect(lines.join('\n')).to.match(
      /PCR 0 as a whole changed: [0-9a-f]{16}\.\.\. \(512 MiB of ovmf\/pcr0\) -> [0-9a-f]{16}\.\.\. \(1 GiB of ovmf\/pcr0\)/,
    )
    expect(diffBoots(recorded('direct-kernel'), other).join('\n')).not.to.match(/as a whole/)
  })
  it('tells the Secure Boot variables, the firmware of the TPM and stray events by name', () => {
    const before = recorded('uki-secureboot')
    const noDbx = altered('uki-secureboot', (events) => events.filter(({ index }) => index !== 8))
    expect(diffBoots(before, noDbx)).to.have.length(1)
    expect(diffBoots(before, noDbx)[0]).to.match(/^the Secure Boot variable dbx is gone: it was [0-9a-f]{16}\.\.\.$/)
    const newer = { ...before, quote: { ...before.quote, firmwareVersion: 7n } }
    expect(diffBoots(before, newer)).to.deep.equal(["the TPM's firmware version changed: 1 -> 7"])
    const stray = altered('uki', (events) => [...events, event(11, EV.IPL, ascii('stray'))])
    expect(diffBoots(recorded('uki'), stray)[0]).to.match(/^an event in PCR 11 is new: "stray"$/)
    const strange = variableOf('x\u0007y')
    expect(
      diffBoots(
        altered('uki', (events) => events),
        altered('uki', (events) => [strange, ...events]),
      ).join(),
    ).to.match(/the Secure Boot variable x\?y is new: /)
  })
  it('tells a PCR that no log explains', () => {
    const core = recordedRequest('uki')
    const pcrs = new Map([[ALG.sha256, new Map([...core.pcrs.get(ALG.sha256)!, [12, new Uint8Array(32).fill(1)]])]])
    expect(diffBoots(recorded('uki'), verified({ ...core, pcrs })).join()).to.match(
      /^PCR 12, which no log explains, changed: 0000/,
    )
  })
  it('stays short', () => {
    const many = Array.from({ length: 500 }, (_, at) => event(8, EV.IPL, ascii(`grub_cmd: ${at}`)))
    const lines = diffBoots(
      recorded('uki'),
      altered('uki', (events) => [...events, ...many]),
    )
    expect(lines).to.have.length(65)
    expect(lines.at(-1)).to.equal('and 436 more differences')
  })
})
