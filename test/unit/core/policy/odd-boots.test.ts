import { expect } from 'chai'
import { simulate, verifySimulated } from '../../../../agent/boot/index.ts'
import { toHex } from '../../../../core/bytes/index.ts'
import { defaultSelection, type VerifiedEvidence } from '../../../../core/evidence/index.ts'
import { digestAlgorithmNamed, parseEventLog, replay } from '../../../../core/eventlog/index.ts'
import { diffBoots, evaluateRelease, learnPolicy, parsePolicy, proposeChange } from '../../../../core/policy/index.ts'
import { oddBootLog, type OddBootName, oddBootNames, oddBootPcrs } from '../../../vectors/odd-boots.ts'
import { type BootName, bootNames, recordedLog } from '../../../vectors/vectors.ts'

type Name = OddBootName | BootName
const isOdd = (name: Name): name is OddBootName => oddBootNames.some((odd) => odd === name)
const names: readonly Name[] = [...oddBootNames, ...bootNames]
const evidence = new Map<Name, VerifiedEvidence>()

/** Verified in the one bank whose values were recorded. */
function verified(name: Name): VerifiedEvidence {
  const known = evidence.get(name)
  if (known !== undefined) return known
  const [bank = 'sha256'] = isOdd(name) ? Object.keys(oddBootPcrs(name)) : []
  const hash = digestAlgorithmNamed(bank)?.id ?? 0
  const asked = defaultSelection.map((each) => ({ ...each, hash }))
  const log = parseEventLog(isOdd(name) ? oddBootLog(name) : recordedLog(name))
  const fresh = verifySimulated({ ...simulate(log), asked })
  evidence.set(name, fresh)
  return fresh
}

const learnt = (name: Name): string =>
  learnPolicy({ name: 'web', machine: 'web-1', tier: 'T0', peerAddress: '10.0.0.1', evidence: verified(name) })

function broken(policyOf: Name, boot: Name): readonly string[] {
  const { outcome, reasons } = evaluateRelease(parsePolicy(learnt(policyOf), 'learnt'), verified(boot), { tier: 'T0' })
  const failed = reasons.filter(({ passed }) => !passed).map(({ code, rule }) => `${code} ${rule}`)
  expect(outcome).to.equal(failed.length === 0 ? 'allow' : 'deny')
  return failed
}

describe('odd boots', () => {
  for (const name of oddBootNames)
    it(`${name} replays to the PCRs that its guest had`, () => {
      const banks = replay(parseEventLog(oddBootLog(name)))
      for (const [bank, values] of Object.entries(oddBootPcrs(name)))
        for (const [pcr, value] of Object.entries(values)) {
          const replayed = banks.get(digestAlgorithmNamed(bank)?.id ?? 0)?.get(Number(pcr))
          expect(toHex(replayed ?? new Uint8Array(0)), `PCR ${pcr}`).to.equal(value)
        }
    })

  for (const policyOf of oddBootNames)
    it(`${policyOf} gives a policy that admits it, and no other boot`, () => {
      expect(names.filter((boot) => broken(policyOf, boot).length === 0)).to.deep.equal([policyOf])
    })

  for (const [policyOf, boot, reason] of [
    ['uki-secureboot', 'kernel-past-secureboot', 'secure-boot/image release.secureBoot.required'],
    ['grub-submenu', 'kernel-past-secureboot', 'secure-boot/image release.secureBoot.required'],
    ['uki', 'efi-shell', 'component/unlisted release.components'],
    ['sha384-only', 'uki-secureboot', 'quote/selection quote'],
    ['failed-first-option', 'sdboot-second-entry', 'secure-boot/enabled release.secureBoot.required'],
    ['direct-kernel', 'kernel-past-secureboot', 'component/digest release.components.kernelImage'],
    ['grub-2.12', 'kernel-past-secureboot-2025', 'secure-boot/image release.secureBoot.required'],
    ['grub-2.12', 'shim-verifies-nothing', 'secure-boot/enabled release.secureBoot.required'],
    ['grub-2.12', 'shim-verifies-nothing', 'secure-boot/authority release.secureBoot.authorities'],
    ['grub-2.12', 'owner-key', 'secure-boot/authority release.secureBoot.authorities'],
    ['owner-key', 'shim-verifies-nothing', 'secure-boot/enabled release.secureBoot.required'],
    ['owner-key', 'image-by-hash', 'secure-boot/authority release.secureBoot.authorities'],
    ['image-by-hash', 'uboot-arm64', 'secure-boot/enabled release.secureBoot.required'],
    ['kernel-by-boot-option', 'first-option-returns', 'component/digest release.components.kernelImage'],
    ['network-and-option-rom', 'first-option-returns', 'pcr/value release.pcrs.2'],
    ['syslinux', 'refind', 'component/unlisted release.components'],
    ['seabios-isolinux', 'syslinux', 'component/digest release.components.lastImage'],
  ] as const)
    it(`a policy of ${policyOf} refuses ${boot} for ${reason}`, () => {
      expect(broken(policyOf, boot)).to.include(reason)
    })

  it('a policy says what it cannot know of a kernel that came past Secure Boot', () => {
    expect(learnt('kernel-past-secureboot')).to.match(
      /# No image was measured[^]*# Secure Boot was on and vouched for nothing/,
    )
    expect(learnt('uki-secureboot')).to.not.include('No image was measured')
  })

  it('a policy asks for the bank that the boot has', () => {
    expect(parsePolicy(learnt('sha384-only'), 'learnt').release.pcrs.size).to.be.greaterThan(0)
    expect(learnt('sha384-only')).to.include('quote: { banks: [sha384] }')
  })

  it('a policy does not take Secure Boot for proof where shim verified nothing, and no proposal does', () => {
    const text = learnt('shim-verifies-nothing')
    expect(text).to.include('# Shim was told to verify nothing (MokSBState)')
    expect(text).not.to.include('secureBoot:')
    const { changes, remaining } = proposeChange({
      document: learnt('owner-key'),
      source: 'learnt',
      library: new Map(),
      floors: [],
      evidence: verified('shim-verifies-nothing'),
      admission: { peerAddress: '10.0.0.1', approvedBy: [], nowUnixMs: 0 },
      release: { tier: 'T0' },
      reason: 'an update',
    })
    expect(changes.join()).not.to.include('authorities')
    expect(remaining.map(({ code }) => code)).to.include('secure-boot/enabled')
  })

  it('a policy names whose certificates vouched for images', () => {
    expect(learnt('grub-2.12')).to.match(/ # certificate of .*CN=Microsoft Corporation UEFI CA 2011\n/)
    expect(learnt('grub-2.12')).to.match(/ # certificate of CN=Debian Secure Boot CA\n/)
  })

  it('a boot diff names images, boot options and certificates', () => {
    const lines = diffBoots(verified('syslinux'), verified('grub-2.12')).join('\n')
    expect(lines).to.match(/what vouches for images \(PCR 7\) is new: \w+\.\.\. \(certificate of .*CN=Microsoft/)
    expect(lines).to.match(/image 2 that was started \(PCR 4\) is new: .*the log calls it .*grubx64\.efi/)
    expect(lines).to.match(
      /settings \(PCR 1, event 5\) changed: .*"BootOrder: 0000, 0001, 0002"\) -> .*"BootOrder: 0000, 0001"/,
    )
  })

  it('a boot diff names what is odd', () => {
    expect(diffBoots(verified('uki-secureboot'), verified('kernel-past-secureboot')).join('\n')).to.match(
      /what vouches for images \(PCR 7\) is gone/,
    )
  })
})
