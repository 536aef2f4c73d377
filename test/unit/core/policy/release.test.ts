import { expect } from 'chai'
import { fromHex, toHex } from '../../../../core/bytes/index.ts'
import { verifyEvidence, type RequestCore, type VerifiedEvidence } from '../../../../core/evidence/index.ts'
import {
  EV,
  efiGlobalVariableGuid,
  efiImageSecurityDatabaseGuid,
  encodeUefiVariable,
  writeUserspaceLog,
  type Event,
} from '../../../../core/eventlog/index.ts'
import { evaluateRelease, learnPolicy, parsePolicy, type Reason, type Verdict } from '../../../../core/policy/index.ts'
import { ALG, digest } from '../../../../core/tpm/index.ts'
import { Attester } from '../../../../agent/boot/simulate/attester.ts'
import { alteredRequest, event, recordedRequest } from '../../../fakes/attester-request.ts'
import { bootNames, type BootName } from '../../../vectors/vectors.ts'

const attester = new Attester()
const verified = (core: RequestCore, clock = {}) => verifyEvidence(attester.expectation(clock), attester.attest(core))
const ascii = (text: string) => new TextEncoder().encode(text)
const sha256 = (bytes: Uint8Array) => toHex(digest(ALG.sha256, bytes))

const learn = (evidence: VerifiedEvidence, tier: 'T0' | 'T1' = 'T1') =>
  learnPolicy({ name: 'web', machine: 'web-1', tier, peerAddress: '10.0.0.1', evidence })
const head = 'kind: BootPolicy\nname: web\nmachines: [web-1]\nadmission: { approval: everyBoot }\nrelease:\n'
const policyOf = (release: string) => parsePolicy(head + release, 'test')

/** A policy that says next to nothing, so that only the rules that always hold can refuse. */
const lenient = (boot: BootName) =>
  policyOf(`  pcrs: { sha256: { 14: ["${toHex(recordedRequest(boot).pcrs.get(ALG.sha256)!.get(14)!)}"] } }\n`)

const failed = ({ reasons }: Verdict): readonly Reason[] => reasons.filter(({ passed }) => !passed)
const codes = (verdict: Verdict) => [...new Set(failed(verdict).map(({ code }) => code))]

type Edit = (events: readonly Event[]) => readonly Event[]
const judgeAltered = (policy: string, boot: BootName, edit: Edit) =>
  evaluateRelease(parsePolicy(policy, 'learnt'), verified(alteredRequest(boot, edit)), { tier: 'T1' })
const judgeLeniently = (boot: BootName, edit: Edit) =>
  evaluateRelease(lenient(boot), verified(alteredRequest(boot, edit)), { tier: 'T1' })

/** Measures other bytes in the place of an event. */
const remeasure =
  (index: number, bytes: Uint8Array): Edit =>
  (events) =>
    events.map((one) => (one.index === index ? { ...one, digests: event(0, 0, bytes).digests } : one))
const insertAt =
  (index: number, ...added: readonly Event[]): Edit =>
  (events) =>
    events.flatMap((one) => (one.index === index ? [...added, one] : [one]))
const append =
  (...added: readonly Event[]): Edit =>
  (events) => [...events, ...added]
const remove =
  (...indices: readonly number[]): Edit =>
  (events) =>
    events.filter(({ index }) => !indices.includes(index))

const evidenceOf = Object.fromEntries(bootNames.map((boot) => [boot, verified(recordedRequest(boot))])) as Record<
  BootName,
  VerifiedEvidence
>
const learnt = Object.fromEntries(bootNames.map((boot) => [boot, learn(evidenceOf[boot])])) as Record<BootName, string>

describe('evaluateRelease', () => {
  for (const from of bootNames)
    for (const to of bootNames)
      it(`${from === to ? 'allows' : 'denies'} ${to} by the policy learnt from ${from}`, () => {
        const verdict = evaluateRelease(parsePolicy(learnt[from], 'learnt'), evidenceOf[to], { tier: 'T1' })
        expect(verdict.outcome).to.equal(from === to ? 'allow' : 'deny')
        expect(failed(verdict).length > 0).to.equal(from !== to)
      })

  it('gives every reason, passed and failed', () => {
    const verdict = evaluateRelease(parsePolicy(learnt.uki, 'learnt'), evidenceOf['uki-secureboot'], { tier: 'T1' })
    expect(verdict.reasons.some(({ passed }) => passed)).to.equal(true)
    for (const { code, rule, fact, wanted, source } of verdict.reasons)
      for (const text of [code, rule, fact, wanted, source]) expect(text).to.match(/\S/)
  })

  describe('tier', () => {
    const policy = parsePolicy(learnt.uki, 'learnt')
    it('denies a machine of a lower tier than the policy is for', () => {
      expect(codes(evaluateRelease(policy, evidenceOf.uki, { tier: 'T0' }))).to.deep.equal(['policy/tier'])
      expect(evaluateRelease(policy, evidenceOf.uki, { tier: 'T3' }).outcome).to.equal('allow')
    })
    it('allows T0 where the policy says T0', () => {
      const said = parsePolicy(learn(evidenceOf.uki, 'T0'), 'learnt')
      expect(evaluateRelease(said, evidenceOf.uki, { tier: 'T0' }).outcome).to.equal('allow')
    })
  })

  it('holds a machine whose TPM was cleared, and denies it if anything else is wrong as well', () => {
    const lastClock = { clock: 9000n, resetCount: 9, restartCount: 0, safe: 1 }
    const core = recordedRequest('uki')
    const cleared = verifyEvidence(
      attester.expectation({ lastClock }),
      attester.attest(core, { clockInfo: { clock: 1n, resetCount: 0, restartCount: 0 } }),
    )
    const verdict = evaluateRelease(parsePolicy(learnt.uki, 'learnt'), cleared, { tier: 'T1' })
    expect(verdict.outcome).to.equal('hold')
    expect(codes(verdict)).to.deep.equal(['tpm/cleared'])
    expect(evaluateRelease(parsePolicy(learnt.uki, 'learnt'), cleared, { tier: 'T0' }).outcome).to.equal('deny')
  })

  describe('components', () => {
    const changes: readonly { name: string; boot: BootName; edit: Edit; rule: string }[] = [
      { name: 'kernel', boot: 'uki-secureboot', edit: remeasure(26, ascii('x')), rule: 'release.components.kernel' },
      {
        name: 'command line',
        boot: 'uki-secureboot',
        edit: remeasure(30, ascii('x')),
        rule: 'release.components.commandLine',
      },
      { name: 'initrd', boot: 'uki-secureboot', edit: remeasure(32, ascii('x')), rule: 'release.components.initrd' },
      {
        name: 'unified image',
        boot: 'uki-secureboot',
        edit: remeasure(24, ascii('x')),
        rule: 'release.components.unifiedImage',
      },
      { name: 'loader', boot: 'sdboot-secureboot', edit: remeasure(24, ascii('x')), rule: 'release.components.loader' },
      {
        name: 'kernel image',
        boot: 'sdboot-secureboot',
        edit: remeasure(25, ascii('x')),
        rule: 'release.components.kernelImage',
      },
      {
        name: 'loader command line',
        boot: 'sdboot-secureboot',
        edit: remeasure(26, ascii('x')),
        rule: 'release.components.loaderCommandLine',
      },
      {
        name: 'kernel of -kernel',
        boot: 'direct-kernel',
        edit: remeasure(10, ascii('x')),
        rule: 'release.components.kernelImage',
      },
      {
        name: 'command line of -append',
        boot: 'direct-kernel',
        edit: remeasure(21, ascii('x')),
        rule: 'release.components.commandLine',
      },
      {
        name: 'initrd of -initrd',
        boot: 'direct-kernel',
        edit: remeasure(22, ascii('x')),
        rule: 'release.components.initrd',
      },
    ]
    for (const { name, boot, edit, rule } of changes)
      it(`denies another ${name} and names it alone`, () => {
        const verdict = judgeAltered(learnt[boot], boot, edit)
        expect(verdict.outcome).to.equal('deny')
        expect(failed(verdict).map((reason) => reason.rule)).to.deep.equal([rule])
        expect(failed(verdict)[0]?.fact).to.contain(sha256(ascii('x')))
      })

    it('denies what was measured beside the named components', () => {
      const image = event(4, EV.EFI_BOOT_SERVICES_APPLICATION, ascii('shell.efi'), ascii('path'))
      expect(codes(judgeAltered(learnt['uki-secureboot'], 'uki-secureboot', append(image)))).to.deep.equal([
        'component/unlisted',
      ])
      const added = [event(11, EV.IPL, ascii('.dtb\0')), event(11, EV.IPL, ascii('tree'))]
      expect(codes(judgeAltered(learnt.uki, 'uki', append(...added)))).to.deep.equal(['component/unlisted'])
      expect(codes(judgeAltered(learnt.uki, 'uki', append(event(9, EV.IPL, ascii('file')))))).to.deep.equal([
        'component/unlisted',
      ])
    })
    it('denies an image that calls itself an action of the firmware, with its own bytes as text', () => {
      const image = ascii('MZ the bytes that the Authenticode digest covers')
      for (const type of [EV.EFI_ACTION, EV.SEPARATOR, EV.OMIT_BOOT_DEVICE_EVENTS, EV.EVENT_TAG]) {
        const verdict = judgeAltered(learnt['uki-secureboot'], 'uki-secureboot', append(event(4, type, image)))
        expect(codes(verdict), type.toString(16)).to.include('component/unlisted')
      }
    })
    it('finds sections by the measured name, whatever the log calls them', () => {
      const renamed: Edit = (events) =>
        events.map((one) => (one.pcr === 11 ? { ...one, untrustedData: ascii('.lies') } : one))
      expect(judgeAltered(learnt.uki, 'uki', renamed).outcome).to.equal('allow')
      const swapped = remeasure(24, ascii('.initrd\0'))
      expect(codes(judgeAltered(learnt.uki, 'uki', swapped))).to.deep.equal(['component/digest'])
    })
    it('denies a section that was measured twice', () => {
      const kernel = recordedSection('uki', 25)
      const again = append(event(11, EV.IPL, ascii('.linux\0')), { ...event(11, EV.IPL, ascii('')), digests: kernel })
      expect(failed(judgeAltered(learnt.uki, 'uki', again)).map(({ fact }) => fact)).to.include('measured twice')
    })
    it('denies a component that is missing', () => {
      expect(failed(judgeAltered(learnt.uki, 'uki', remove(30, 31)))[0]?.fact).to.equal('not measured')
    })
    it('allows entering the initrd, but nothing after it', () => {
      const phases = (...names: readonly string[]): Edit =>
        append(...names.map((name) => event(11, EV.IPL, ascii(name))))
      expect(judgeAltered(learnt.uki, 'uki', phases('enter-initrd')).outcome).to.equal('allow')
      for (const names of [
        ['leave-initrd'],
        ['enter-initrd', 'leave-initrd'],
        ['enter-initrd', 'x'],
        ['enter-initrd', 'enter-initrd'],
      ])
        expect(judgeAltered(learnt.uki, 'uki', phases(...names)).outcome, names.join()).to.equal('deny')
    })
    it('denies a listed section that was measured after entering the initrd', () => {
      const late: Edit = (events) => [
        ...remove(30, 31)(events),
        event(11, EV.IPL, ascii('enter-initrd')),
        ...events.filter(({ index }) => index === 30 || index === 31),
      ]
      expect(codes(judgeAltered(learnt.uki, 'uki', late))).to.deep.equal(['component/unlisted'])
    })
    it('allows more in a PCR whose value is named as well', () => {
      const { kernel } = kernelDigests('uki')
      const value = toHex(recordedRequest('uki').pcrs.get(ALG.sha256)!.get(11)!)
      const component = `  components: { k: { section: .linux, sha256: ["${kernel}"] } }\n`
      const pinned = policyOf(`${component}  pcrs: { sha256: { 11: ["${value}"] } }\n`)
      expect(evaluateRelease(pinned, evidenceOf.uki, { tier: 'T1' }).outcome).to.equal('allow')
      expect(codes(evaluateRelease(policyOf(component), evidenceOf.uki, { tier: 'T1' }))).to.deep.equal([
        'component/unlisted',
      ])
    })
    it('demands a digest in every bank that the policy names', () => {
      const { kernel } = kernelDigests('uki')
      const both = policyOf(
        `  components: { k: { section: .linux, sha256: ["${kernel}"], sha384: ["${'00'.repeat(48)}"] } }\nquote: { banks: [sha256, sha384] }\n`,
      )
      expect(codes(evaluateRelease(both, evidenceOf.uki, { tier: 'T1' }))).to.include('component/digest')
    })
  })

  describe('PCR values', () => {
    const zeros = '00'.repeat(32)
    it('allows each value of the set, and no other', () => {
      const value = toHex(recordedRequest('uki').pcrs.get(ALG.sha256)!.get(0)!)
      const judge = (values: string) =>
        evaluateRelease(policyOf(`  pcrs: { sha256: { 0: [${values}] } }\n`), evidenceOf.uki, { tier: 'T1' })
      expect(judge(`"${zeros}", "${value}"`).outcome).to.equal('allow')
      expect(codes(judge(`"${zeros}"`))).to.deep.equal(['pcr/value'])
    })
    it('denies a bank that was not quoted', () => {
      const policy = policyOf(`  pcrs: { sha512: { 0: ["${'00'.repeat(64)}"] } }\nquote: { banks: [sha512] }\n`)
      const verdict = evaluateRelease(policy, evidenceOf.uki, { tier: 'T1' })
      expect(failed(verdict).map(({ code, fact }) => `${code}: ${fact}`)).to.deep.equal([
        'quote/selection: not all of sha512',
        'pcr/value: not quoted',
      ])
    })
    it('denies a PCR that no log explains unless its exact value is named', () => {
      const core = recordedRequest('uki')
      const strange = new Uint8Array(32).fill(5)
      const pcrs = new Map([[ALG.sha256, new Map([...core.pcrs.get(ALG.sha256)!, [12, strange]])]])
      const evidence = verified({ ...core, pcrs })
      const open = policyOf(`  pcrs: { sha256: { 13: ["${zeros}"] } }\n`)
      expect(codes(evaluateRelease(open, evidence, { tier: 'T1' }))).to.deep.equal(['log/unexplained'])
      const wrong = policyOf(`  pcrs: { sha256: { 12: ["${'ab'.repeat(32)}"] } }\n`)
      expect(codes(evaluateRelease(wrong, evidence, { tier: 'T1' }))).to.have.members(['pcr/value', 'log/unexplained'])
      const exact = policyOf(`  pcrs: { sha256: { 12: ["${toHex(strange)}"] } }\n`)
      expect(evaluateRelease(exact, evidence, { tier: 'T1' }).outcome).to.equal('allow')
    })
    it('believes no component in a PCR that no log explains', () => {
      const core = recordedRequest('uki')
      const pcrs = new Map([[ALG.sha256, new Map([...core.pcrs.get(ALG.sha256)!, [11, new Uint8Array(32).fill(5)]])]])
      const policy = policyOf(`  components: { k: { section: .linux, sha256: ["${kernelDigests('uki').kernel}"] } }\n`)
      expect(codes(evaluateRelease(policy, verified({ ...core, pcrs }), { tier: 'T1' }))).to.have.members([
        'component/digest',
        'log/unexplained',
      ])
    })
  })

  describe('Secure Boot', () => {
    const authority = '3e45733d81577680037ee00c931b1b636bbe2508185c0c4f9ca68e0feceb786e'
    const required = head + `  secureBoot: { required: true, authorities: { sha256: ["${authority}"] } }\n`
    const boot = 'uki-secureboot'
    const variable = (name: string, data: Uint8Array, vendorGuid = efiImageSecurityDatabaseGuid) =>
      encodeUefiVariable({ vendorGuid: fromHex(vendorGuid), name, data })
    const state = (value: number) => variable('SecureBoot', Uint8Array.of(value), efiGlobalVariableGuid)
    const config = (bytes: Uint8Array) => event(7, EV.EFI_VARIABLE_DRIVER_CONFIG, bytes)

    it('allows a boot whose authority is named', () => {
      expect(judgeAltered(required, boot, append()).outcome).to.equal('allow')
    })
    it('denies Secure Boot that is off, or not on record', () => {
      expect(codes(judgeAltered(required, 'uki', append()))).to.include('secure-boot/enabled')
      expect(codes(judgeAltered(required, boot, remove(4)))).to.deep.equal(['secure-boot/enabled'])
    })
    it('denies the claim that it is on where the measurement says that it is off', () => {
      const lie: Edit = (events) => events.map((one) => (one.index === 4 ? { ...one, untrustedData: state(1) } : one))
      expect(codes(judgeAltered(required, 'uki', lie))).to.include.members([
        'secure-boot/enabled',
        'boot/unknown-event',
      ])
    })
    it('denies a second claim behind the first', () => {
      expect(codes(judgeAltered(required, 'uki', insertAt(5, config(state(1)))))).to.include('secure-boot/enabled')
    })
    it('denies a variable of that name from another vendor', () => {
      const foreign = config(variable('SecureBoot', Uint8Array.of(1)))
      const edit = (events: readonly Event[]) => events.map((one) => (one.index === 4 ? foreign : one))
      expect(codes(judgeAltered(required, boot, edit))).to.deep.equal(['secure-boot/enabled'])
    })
    it('denies SecureBoot = 1 measured behind the separator', () => {
      const late = (events: readonly Event[]) => append(config(state(1)))(remove(4)(events))
      expect(codes(judgeAltered(required, boot, late))).to.include('secure-boot/enabled')
    })
    it('denies a boot without an authority: then nothing was verified', () => {
      expect(codes(judgeAltered(required, boot, remove(22)))).to.deep.equal(['secure-boot/authority'])
    })
    it('denies a second authority that is not named, also where it poses as configuration', () => {
      const rogue = variable('db', ascii('certificate of somebody else'))
      const asAuthority = append(event(7, EV.EFI_VARIABLE_AUTHORITY, rogue))
      expect(codes(judgeAltered(required, boot, asAuthority))).to.deep.equal(['secure-boot/authority'])
      for (const edit of [append(config(rogue)), insertAt(9, config(rogue))])
        expect(codes(judgeAltered(required, boot, edit))).to.deep.equal(['secure-boot/authority'])
    })
    it('denies a boot without any image on record', () => {
      expect(codes(judgeAltered(required, boot, remove(24)))).to.include('secure-boot/image')
    })
  })

  describe('rules that always hold', () => {
    it('let the recorded boots pass', () => {
      for (const boot of bootNames) expect(codes(judgeLeniently(boot, append())), boot).to.deep.equal([])
    })
    for (const pcr of [0, 1, 2, 3, 4, 5, 6, 7]) {
      it(`deny a boot without a separator in PCR ${pcr}, with two, or with the error value`, () => {
        const separatorAt = evidenceOf.uki.log.events.find(
          (one) => one.pcr === pcr && one.untrustedType === EV.SEPARATOR,
        )!.index
        const edits: readonly Edit[] = [
          remove(separatorAt),
          append(event(pcr, EV.SEPARATOR, new Uint8Array(4))),
          append(event(pcr, EV.SEPARATOR, new Uint8Array(4).fill(0xff))),
          remeasure(separatorAt, Uint8Array.of(1, 0, 0, 0)),
        ]
        for (const edit of edits) expect(codes(judgeLeniently('uki', edit))).to.include('boot/separator')
      })
    }
    it('deny a second separator that calls itself something else', () => {
      const disguised = event(2, EV.EFI_PLATFORM_FIRMWARE_BLOB, new Uint8Array(4), new Uint8Array(16))
      expect(codes(judgeLeniently('uki', append(disguised)))).to.deep.equal(['boot/separator'])
    })
    it('deny a boot of which PCR 0 or 4 was not quoted', () => {
      const selection = [{ hash: ALG.sha256, pcrs: [1, 2, 3, 5, 6, 7, 14, 15] }]
      const evidence = verifyEvidence(
        attester.expectation({ selection }),
        attester.attest(recordedRequest('uki'), { selection }),
      )
      const verdict = evaluateRelease(lenient('uki'), evidence, { tier: 'T1' })
      expect(failed(verdict).map(({ code, source }) => `${code} ${source}`)).to.include.members([
        'boot/zero-pcr PCR 0',
        'boot/zero-pcr PCR 4',
      ])
    })
    it('deny an event that is a separator in one quoted bank and something else in another', () => {
      const selection = [ALG.sha256, ALG.sha384].map((hash) => ({ hash, pcrs: [0, 1, 2, 3, 4, 5, 6, 7, 14, 15] }))
      const judge = (edit: Edit) => {
        const evidence = verifyEvidence(
          attester.expectation({ selection }),
          attester.attest(alteredRequest('uki', edit), { selection }),
        )
        return codes(evaluateRelease(lenient('uki'), evidence, { tier: 'T1' }))
      }
      expect(judge(append())).to.deep.equal([])
      const split: Edit = (events) =>
        events.map((one) =>
          one.index === 17
            ? { ...one, digests: new Map([...one.digests, [ALG.sha384, digest(ALG.sha384, ascii('x'))]]) }
            : one,
        )
      expect(judge(split)).to.have.members(['boot/separator', 'boot/unknown-event'])
    })
    it('deny a boot in which PCR 0 or 4 holds zeros', () => {
      for (const pcr of [0, 4]) {
        const nothing: Edit = (events) => events.filter((one) => one.pcr !== pcr)
        const reasons = failed(judgeLeniently('uki', nothing)).filter(({ code }) => code === 'boot/zero-pcr')
        expect(reasons.map(({ source }) => source)).to.deep.equal([`PCR ${pcr}`])
      }
    })
    const unknown: readonly { name: string; added: Event }[] = [
      { name: 'of a type nobody knows', added: event(5, 0x1234, ascii('x')) },
      { name: 'of a type that has no place in its PCR', added: event(7, EV.EFI_PLATFORM_FIRMWARE_BLOB, ascii('x')) },
      { name: 'of Secure Boot debugging', added: event(7, EV.EFI_ACTION, ascii('UEFI Debug Mode')) },
      { name: 'whose text is not what was measured', added: event(5, EV.EFI_ACTION, ascii('x'), ascii('y')) },
      {
        name: 'whose variable is not what was measured',
        added: event(1, EV.EFI_VARIABLE_BOOT, ascii('x'), bootVariable('y')),
      },
      {
        name: 'whose partition table is not what was measured',
        added: event(5, EV.EFI_GPT_EVENT, ascii('x'), ascii('y')),
      },
      { name: 'whose variable is none', added: event(7, EV.EFI_VARIABLE_DRIVER_CONFIG, ascii('no variable')) },
      { name: 'that calls itself a separator', added: event(6, EV.SEPARATOR, ascii('x')) },
    ]
    for (const { name, added } of unknown) {
      it(`deny an event ${name}, unless it is waived by PCR and digest`, () => {
        expect(codes(judgeLeniently('uki', append(added)))).to.deep.equal(['boot/unknown-event'])
        const waiver = (pcr: number, hash: string) =>
          policyOf(
            `  pcrs: { sha256: { 13: ["${'00'.repeat(32)}"] } }\n  waivers: [{ pcr: ${pcr}, sha256: ["${hash}"], reason: known }]\n`,
          )
        const hash = toHex(added.digests.get(ALG.sha256)!)
        const evidence = verified(alteredRequest('uki', append(added)))
        expect(evaluateRelease(waiver(added.pcr, hash), evidence, { tier: 'T1' }).outcome).to.equal('allow')
        for (const wrong of [waiver((added.pcr + 1) % 8, hash), waiver(added.pcr, 'ab'.repeat(32))])
          expect(evaluateRelease(wrong, evidence, { tier: 'T1' }).outcome).to.equal('deny')
      })
    }
    it('know a boot variable whose digest covers the whole structure', () => {
      const whole = event(1, EV.EFI_VARIABLE_BOOT, bootVariable('x'))
      expect(codes(judgeLeniently('uki', append(whole)))).to.deep.equal([])
    })
    it('deny a boot past the cap, even if its log explains the cap', () => {
      const core = recordedRequest('uki')
      const measured = digest(ALG.sha256, ascii('cap'))
      const capped = digest(ALG.sha256, new Uint8Array(32), measured)
      const pcrs = new Map([[ALG.sha256, new Map([...core.pcrs.get(ALG.sha256)!, [15, capped]])]])
      const userspaceLog = writeUserspaceLog([
        {
          index: 0,
          pcr: 15,
          digests: new Map([[ALG.sha256, measured]]),
          untrustedContentType: '',
          untrustedContent: {},
        },
      ])
      const judge = (request: RequestCore) => evaluateRelease(lenient('uki'), verified(request), { tier: 'T1' })
      expect(codes(judge({ ...core, pcrs }))).to.have.members(['boot/cap', 'log/unexplained'])
      expect(codes(judge({ ...core, pcrs, userspaceLog }))).to.deep.equal(['boot/cap'])
      const exact = policyOf(`  pcrs: { sha256: { 15: ["${toHex(capped)}"] } }\n`)
      expect(evaluateRelease(exact, verified({ ...core, pcrs }), { tier: 'T1' }).outcome).to.equal('allow')
      expect(codes(evaluateRelease(exact, evidenceOf.uki, { tier: 'T1' }))).to.have.members(['pcr/value', 'boot/cap'])
    })
  })
})

function bootVariable(data: string): Uint8Array {
  const vendorGuid = fromHex(efiGlobalVariableGuid)
  return encodeUefiVariable({ vendorGuid, name: 'Boot0000', data: new TextEncoder().encode(data) })
}

function recordedSection(boot: BootName, index: number): Event['digests'] {
  let digests: Event['digests'] = new Map()
  alteredRequest(boot, (events) => {
    digests = events.find((one) => one.index === index)!.digests
    return events
  })
  return digests
}

function kernelDigests(boot: BootName): { readonly kernel: string } {
  return { kernel: toHex(recordedSection(boot, 25).get(ALG.sha256)!) }
}
