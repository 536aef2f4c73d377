import { expect } from 'chai'
import { verifyEvidence, type RequestCore, type VerifiedEvidence } from '../../../../core/evidence/index.ts'
import { EV, type Event } from '../../../../core/eventlog/index.ts'
import { diffBoots, evaluateRelease, learnPolicy, parsePolicy } from '../../../../core/policy/index.ts'
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
      /^image 3 that was started \(PCR 4\) is new: [0-9a-f]+\.\.\.$/,
    )
    expect(diffBoots(more, recorded('uki')).join()).to.match(/^image 3 that was started \(PCR 4\) is gone/)
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
