import { expect } from 'chai'
import { fromHex, toHex } from '../../../../core/bytes/index.ts'
import { type VerifiedEvidence } from '../../../../core/evidence/index.ts'
import { efiImageSecurityDatabaseGuid, EV, type Event } from '../../../../core/eventlog/index.ts'
import {
  evaluateAdmission,
  evaluateRelease,
  parsePolicy,
  parseReferenceValues,
  type AdmissionFacts,
  type Library,
  type Reason,
} from '../../../../core/policy/index.ts'
import { ALG, digest } from '../../../../core/tpm/index.ts'
import { event, said, separator, variable, verifiedBoot } from '../../../fakes/written-boot.ts'
import { identity, signatureList } from '../boot/image-signer.ts'

const ascii = (text: string) => new TextEncoder().encode(text)
const sha256 = (text: string) => toHex(digest(ALG.sha256, ascii(text)))
const sha384 = (text: string) => toHex(digest(ALG.sha384, ascii(text)))
const other = 'ab'.repeat(32)
const image = (name: string): Event => event(4, EV.EFI_BOOT_SERVICES_APPLICATION, ascii(name))
const separators = [0, 1, 2, 3, 4, 5, 6, 7].map((pcr) => separator(pcr))
const firmware = [said(0, 'firmware', EV.S_CRTM_VERSION), variable('SecureBoot', fromHex('01')), ...separators]
const authority = (data: Uint8Array, name = 'db') =>
  variable(name, data, efiImageSecurityDatabaseGuid, EV.EFI_VARIABLE_AUTHORITY)
const both = [ALG.sha256, ALG.sha384].map((hash) => ({ hash, pcrs: [0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 12, 15] }))

const quoteBoth = 'quote: { banks: [sha256, sha384], pcrs: [0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 12, 15] }\n'
const head = 'kind: BootPolicy\nname: web\nmachines: [web-1]\nadmission: { approval: everyBoot }\nrelease:\n'
const noLibrary: Library = new Map()
const judge = (release: string, evidence: VerifiedEvidence, library = noLibrary, tier: 'T0' | 'T1' | 'T3' = 'T1') =>
  evaluateRelease(parsePolicy(`${head}${release}`, 'test', library), evidence, { tier })

/** The reasons of one code, each on a line: how it went, by which rule, from what, for what was asked. */
const told = (reasons: readonly Reason[], code: string) =>
  reasons
    .filter((reason) => reason.code === code)
    .map(
      ({ passed, rule, fact, wanted, source }) => `${passed ? 'ok' : 'no'} | ${rule} | ${fact} | ${wanted} | ${source}`,
    )
const lines = (release: string, code: string, events: readonly Event[], library = noLibrary) =>
  told(judge(release, verifiedBoot([...firmware, ...events]), library).reasons, code)
const anyPcr = `  pcrs: { sha256: { 0: ["${other}"] } }\n`

describe('what a verdict says of the boot itself', () => {
  it('tells an empty PCR 0 or 4, in whichever bank', () => {
    const zero = (events: readonly Event[]) => told(judge(anyPcr, verifiedBoot(events)).reasons, 'boot/zero-pcr')
    expect(zero(firmware)).to.deep.equal([
      'ok | always | measured | a measurement | PCR 0',
      'ok | always | measured | a measurement | PCR 4',
    ])
    expect(zero([said(4, 'loader')])[0]).to.equal('no | always | zero | a measurement | PCR 0')
    expect(zero([said(0, 'firmware')])[1]).to.equal('no | always | zero | a measurement | PCR 4')
    const oneBank = verifiedBoot(firmware, [
      { hash: ALG.sha256, pcrs: [0, 4] },
      { hash: ALG.sha384, pcrs: [0] },
    ])
    expect(told(judge(anyPcr, oneBank).reasons, 'boot/zero-pcr')[1]).to.equal(
      'no | always | zero | a measurement | PCR 4',
    )
  })

  it('tells missing, repeated and failed separators, PCR by PCR', () => {
    const events = [separator(0), separator(1), separator(1), separator(2, '01000000'), separator(2)]
    const rows = told(judge(anyPcr, verifiedBoot(events)).reasons, 'boot/separator')
    expect(rows.slice(0, 4)).to.deep.equal([
      'ok | always | 1 separators | one separator without error | PCR 0',
      'no | always | 2 separators | one separator without error | PCR 1',
      'no | always | a separator with the error value | one separator without error | PCR 2',
      'no | always | 0 separators | one separator without error | PCR 3',
    ])
    expect(rows).to.have.length(8)
  })

  it('tells what nobody knows, and what was waived and why', () => {
    const strange = event(5, 0x1234, ascii('strange'))
    const known = 'ok | always | every event is understood | every event understood | PCR 0 to 7'
    const wanted = 'an event the profile knows in this PCR, with a digest of its data; or a waiver'
    expect(lines(anyPcr, 'boot/unknown-event', [])).to.deep.equal([known])
    expect(lines(anyPcr, 'boot/unknown-event', [strange])).to.deep.equal([
      `no | always | sha256 ${sha256('strange')} | ${wanted} | firmware log, event 11, PCR 5`,
    ])
    const waived = (pcr: number, text: string) =>
      `${anyPcr}  waivers: [{ pcr: ${pcr}, sha256: ["${sha256(text)}"], reason: "the vendor's" }]\n`
    expect(lines(waived(5, 'strange'), 'boot/unknown-event', [strange])).to.deep.equal([
      `ok | release.waivers | sha256 ${sha256('strange')}, waived: the vendor's | ${wanted} | firmware log, event 11, PCR 5`,
    ])
    for (const wrong of [waived(4, 'strange'), waived(5, 'another')])
      expect(lines(wrong, 'boot/unknown-event', [strange])[0]).to.match(/^no \| always/)
  })

  it('tells the cap', () => {
    expect(lines(anyPcr, 'boot/cap', [])).to.deep.equal(['ok | always | untouched | untouched | PCR 15'])
    const value = toHex(digest(ALG.sha256, new Uint8Array(32), digest(ALG.sha256, ascii('cap'))))
    expect(lines(anyPcr, 'boot/cap', [said(15, 'cap')])).to.deep.equal([
      `no | always | sha256 ${value} | untouched | PCR 15`,
    ])
    const named = (digest: string) => `  pcrs: { sha256: { 15: ["${digest}"] } }\n`
    expect(lines(named(value), 'boot/cap', [said(15, 'cap')])).to.deep.equal([
      `ok | release.pcrs | sha256 ${value} | sha256 ${value} | PCR 15`,
    ])
    expect(lines(named(other), 'boot/cap', [said(15, 'cap')])[0]).to.match(/^no \| release\.pcrs/)
    expect(lines(named(other), 'boot/cap', [])).to.deep.equal([
      `no | release.pcrs | untouched | sha256 ${other} | PCR 15`,
    ])
  })

  it('tells the cap of an agent, whatever the policy says of its PCR', () => {
    const cap = said(15, 'bootlatch/v1/cap')
    const alone = toHex(digest(ALG.sha256, new Uint8Array(32), cap.digests.get(ALG.sha256)!))
    const named = (digest: string) => `  pcrs: { sha256: { 15: ["${digest}"] } }\n`
    expect(lines(named(alone), 'boot/cap', [cap])).to.deep.equal([
      `no | always | capped: sha256 ${alone} | sha256 ${alone}, before the cap | PCR 15`,
    ])
    const evidence = verifiedBoot([...firmware, said(15, 'machine-id'), cap])
    const behind = toHex(evidence.pcrs.banks.get(ALG.sha256)!.get(15)!)
    expect(told(judge(named(behind), evidence).reasons, 'boot/cap')[0]).to.match(/^no \| always \| capped: /)
  })

  it('tells a cap that was not quoted, or not in every bank', () => {
    const without = verifiedBoot(firmware, [{ hash: ALG.sha256, pcrs: [0, 4] }])
    expect(told(judge(anyPcr, without).reasons, 'boot/cap')).to.deep.equal([
      'no | always | not quoted | untouched | PCR 15',
    ])
    const inOne = verifiedBoot(firmware, [
      { hash: ALG.sha256, pcrs: [0, 15] },
      { hash: ALG.sha384, pcrs: [0] },
    ])
    expect(told(judge(anyPcr, inOne).reasons, 'boot/cap')[0]).to.match(/^no \| always/)
  })

  it('tells the tier, which has to be high enough', () => {
    const tierOf = (policy: string, tier: 'T0' | 'T1' | 'T3') =>
      told(
        evaluateRelease(
          parsePolicy(`${head.replace('release:', `tier: ${policy}\nrelease:`)}${anyPcr}`, 'test'),
          verifiedBoot(firmware),
          { tier },
        ).reasons,
        'policy/tier',
      )
    expect(tierOf('T1', 'T0')).to.deep.equal(['no | tier | T0 | T1 or higher | enrolment'])
    expect(tierOf('T1', 'T1')).to.deep.equal(['ok | tier | T1 | T1 or higher | operator'])
    expect(tierOf('T1', 'T3')).to.deep.equal(['ok | tier | T3 | T1 or higher | operator'])
    expect(tierOf('T3', 'T1')).to.deep.equal(['no | tier | T1 | T3 | operator'])
  })

  it('tells whether the TPM was cleared', () => {
    const evidence = verifiedBoot(firmware)
    const cleared = (isCleared: boolean) => told(judge(anyPcr, { ...evidence, isCleared }).reasons, 'tpm/cleared')
    const wanted = 'counters that go on from the last accepted boot'
    expect(cleared(false)).to.deep.equal([`ok | always | the counters of the TPM go on | ${wanted} | quote`])
    expect(cleared(true)).to.deep.equal([`no | always | all counters of the TPM fell to zero | ${wanted} | quote`])
  })
})

describe('what a verdict says of PCR values', () => {
  const value = (text: string) => toHex(digest(ALG.sha256, new Uint8Array(32), digest(ALG.sha256, ascii(text))))
  const rule = (...digests: readonly string[]) =>
    `  pcrs: { sha256: { 9: [${digests.map((d) => `"${d}"`).join()}] } }\n`

  it('tells the value, and what would have done', () => {
    const kernel = [said(9, 'kernel')]
    expect(lines(rule(value('kernel')), 'pcr/value', kernel)).to.deep.equal([
      `ok | release.pcrs.9 | sha256 ${value('kernel')} | sha256 ${value('kernel')} | PCR 9`,
    ])
    expect(lines(rule(other, value('kernel')), 'pcr/value', kernel)).to.deep.equal([
      `ok | release.pcrs.9 | sha256 ${value('kernel')} | sha256 ${other} or ${value('kernel')} | PCR 9`,
    ])
    expect(lines(rule(other), 'pcr/value', kernel)[0]).to.match(/^no /)
  })
  it('shortens what would have done', () => {
    const five = ['1', '2', '3', '4', '5'].map((digit) => digit.repeat(64))
    expect(lines(rule(...five.slice(0, 4)), 'pcr/value', [])[0]).to.include(`sha256 ${five.slice(0, 4).join(' or ')} |`)
    expect(lines(rule(...five), 'pcr/value', [])[0]).to.include(
      `sha256 ${five.slice(0, 4).join(' or ')} or one of 1 more |`,
    )
  })
  it('asks for every bank that is named, and tells one that was not quoted', () => {
    const twoBanks = `  pcrs: { sha256: { 9: ["${value('kernel')}"] }, sha384: { 9: ["${'cd'.repeat(48)}"] } }\n${quoteBoth}`
    const events = [...firmware, said(9, 'kernel')]
    expect(told(judge(twoBanks, verifiedBoot(events)).reasons, 'pcr/value')).to.deep.equal([
      `no | release.pcrs.9 | sha256 ${value('kernel')} | sha256 ${value('kernel')}, and sha384 ${'cd'.repeat(48)} | PCR 9`,
    ])
    const quoted = told(judge(twoBanks, verifiedBoot(events, both)).reasons, 'pcr/value')
    expect(quoted[0]).to.match(new RegExp(`^no .* sha256 ${value('kernel')}, sha384 [0-9a-f]{96} \\|`))
    const only384 = `  pcrs: { sha384: { 9: ["${'cd'.repeat(48)}"] } }\n${quoteBoth}`
    expect(told(judge(only384, verifiedBoot(events)).reasons, 'pcr/value')).to.deep.equal([
      `no | release.pcrs.9 | not quoted | sha384 ${'cd'.repeat(48)} | PCR 9`,
    ])
    expect(told(judge(only384, verifiedBoot(events)).reasons, 'quote/selection')).to.deep.equal([
      'no | quote | not all of sha384 | sha256, sha384 of PCR 0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 12, 15 | quote',
    ])
    expect(told(judge(only384, verifiedBoot(events, both)).reasons, 'quote/selection')[0]).to.match(
      /^ok \| quote \| all that is wanted/,
    )
  })

  const library: Library = new Map([
    [
      'ovmf',
      parseReferenceValues(
        `kind: ReferenceValues\nname: ovmf\nsets:\n  pcr9:\n    - { version: "1.0", sha256: "${value('kernel')}" }\n    - { version: "2.0", sha256: "${value('newer')}" }\n`,
        'ovmf',
      ),
    ],
  ])
  it('names the reference value that was found, and the set where none was', () => {
    const byReference = '  pcrs: { reference: { 9: [ovmf/pcr9] } }\n'
    const wanted = 'one of the 2 values of ovmf/pcr9'
    expect(lines(byReference, 'pcr/value', [said(9, 'newer')], library)).to.deep.equal([
      `ok | release.pcrs.9 | sha256 ${value('newer')}, 2.0 of ovmf/pcr9 | ${wanted} | PCR 9`,
    ])
    expect(lines(byReference, 'pcr/value', [said(9, 'x')], library)).to.deep.equal([
      `no | release.pcrs.9 | sha256 ${value('x')} | ${wanted} | PCR 9`,
    ])
    const either = `  pcrs: { sha256: { 9: ["${other}"] }, reference: { 9: [ovmf/pcr9] } }\n`
    expect(lines(either, 'pcr/value', [said(9, 'kernel')], library)).to.deep.equal([
      `ok | release.pcrs.9 | sha256 ${value('kernel')}, 1.0 of ovmf/pcr9 | sha256 ${other}; or ${wanted} | PCR 9`,
    ])
  })
})

describe('what a verdict says of components', () => {
  const one = (place: string, text: string) => `  components: { part: { ${place}, sha256: ["${sha256(text)}"] } }\n`
  const code = 'component/digest'

  it('tells where it stands, what was measured, and what would have done', () => {
    expect(lines(one('image: 2', 'kernel'), code, [image('loader'), image('kernel')])).to.deep.equal([
      `ok | release.components.part | sha256 ${sha256('kernel')} | sha256 ${sha256('kernel')} | firmware log, event 12, PCR 4 (PCR 4, image 2)`,
    ])
    expect(lines(one('pcr: 9, event: 1', 'kernel'), code, [said(9, 'bootkit')])).to.deep.equal([
      `no | release.components.part | sha256 ${sha256('bootkit')} | sha256 ${sha256('kernel')} | firmware log, event 11, PCR 9 (PCR 9, event 1 of that PCR)`,
    ])
    expect(lines(one('section: .linux', 'kernel'), code, [said(11, '.linux\0'), said(11, 'kernel')])).to.deep.equal([
      `ok | release.components.part | sha256 ${sha256('kernel')} | sha256 ${sha256('kernel')} | firmware log, event 12, PCR 11 (PCR 11, section .linux)`,
    ])
  })
  it('tells what is missing, stands twice, or nobody explains', () => {
    const missing = (place: string, where: string) =>
      expect(lines(one(place, 'kernel'), code, [])).to.deep.equal([
        `no | release.components.part | not measured | sha256 ${sha256('kernel')} | ${where}`,
      ])
    missing('image: 1', 'PCR 4, image 1')
    missing('section: .linux', 'PCR 11, section .linux')
    missing('pcr: 9, event: 3', 'PCR 9, event 3 of that PCR')
    const twice = [said(11, '.linux\0'), said(11, 'kernel'), said(11, '.linux\0'), said(11, 'kernel')]
    expect(lines(one('section: .linux', 'kernel'), code, twice)).to.deep.equal([
      `no | release.components.part | measured twice | sha256 ${sha256('kernel')} | PCR 11, section .linux`,
    ])
    const evidence = verifiedBoot(firmware)
    const unexplained = { ...evidence, log: { ...evidence.log, unexplained: new Set([11]) } }
    expect(told(judge(one('section: .linux', 'kernel'), unexplained).reasons, code)[0]).to.include(
      'no log explains the PCR',
    )
    expect(told(judge(one('section: .linux', 'kernel'), unexplained).reasons, 'log/unexplained')).to.deep.equal([
      `no | always | sha256 ${'00'.repeat(32)}, not explained by any log | a log that leads to the value, or the value in the policy | PCR 11`,
    ])
    const named = `  pcrs: { sha256: { 11: ["${'00'.repeat(32)}"] } }\n`
    expect(told(judge(named, unexplained).reasons, 'log/unexplained')).to.deep.equal([
      `ok | release.pcrs | sha256 ${'00'.repeat(32)}, not explained by any log | sha256 ${'00'.repeat(32)} | PCR 11`,
    ])
  })
  it('tells what was measured beside them, in the PCRs they stand in', () => {
    const beside = 'component/unlisted'
    const nothing = 'nothing else was measured | nothing beside the named components'
    expect(lines(one('image: 1', 'kernel'), beside, [image('kernel'), said(9, 'x')])).to.deep.equal([
      `ok | release.components | ${nothing} | PCR 4`,
    ])
    expect(lines(one('image: 1', 'kernel'), beside, [image('kernel'), image('bootkit')])).to.deep.equal([
      `no | release.components | measured as well: sha256 ${sha256('bootkit')} | a component for it, or the value of the PCR | firmware log, event 12, PCR 4`,
    ])
    expect(lines(one('pcr: 5, event: 2', 'table'), beside, [said(5, 'table')])).to.deep.equal([
      `ok | release.components | ${nothing} | PCR 5`,
    ])
    expect(lines(one('pcr: 9, event: 1', 'a'), beside, [said(9, 'a'), separator(9)])[0]).to.match(/^no/)
    const pinned = `${one('image: 1', 'kernel')}  pcrs: { sha256: { 4: ["${other}"] } }\n`
    expect(lines(pinned, beside, [image('kernel'), image('bootkit')])).to.deep.equal([])
  })
  it('lets the initrd be entered, once and last', () => {
    const beside = 'component/unlisted'
    const uki = [said(11, '.linux\0'), said(11, 'kernel')]
    const after = (...phases: readonly string[]) =>
      lines(one('section: .linux', 'kernel'), beside, [...uki, ...phases.map((phase) => said(11, phase))]).map((line) =>
        line.slice(0, 2),
      )
    expect(after()).to.deep.equal(['ok'])
    expect(after('enter-initrd')).to.deep.equal(['ok'])
    expect(after('leave-initrd')).to.deep.equal(['no'])
    expect(after('enter-initrd', 'leave-initrd')).to.deep.equal(['no', 'no'])
    expect(after('leave-initrd', 'enter-initrd')).to.deep.equal(['no', 'no'])
    expect(after('enter-initrd', 'stray')).to.deep.equal(['no', 'no'])
  })
  it('tells the words, and what is wrong with them', () => {
    const words = (text: string) => `  components: { line: { pcr: 9, event: 1, text: ${text} } }\n`
    const textCode = 'component/text'
    expect(lines(words('{ must: [quiet], mustNot: [init] }'), textCode, [said(9, 'quiet ro')])).to.deep.equal([
      'ok | release.components.line.text | "quiet ro" | with quiet; without init | firmware log, event 11, PCR 9 (PCR 9, event 1 of that PCR)',
    ])
    expect(lines(words('{ mustNot: [init, rd.break] }'), textCode, [said(9, 'init=/bin/sh')])).to.deep.equal([
      'no | release.components.line.text | "init=/bin/sh"; init=/bin/sh is forbidden | without init, rd.break | firmware log, event 11, PCR 9 (PCR 9, event 1 of that PCR)',
    ])
    const hidden = event(9, EV.IPL, ascii('secret'), ascii('quiet'))
    expect(lines(words('{ equals: ["quiet", "ro"] }'), textCode, [hidden])).to.deep.equal([
      `no | release.components.line.text | sha256 ${sha256('secret')}; no text on record has the digest that was measured | the text "quiet" or "ro" | firmware log, event 11, PCR 9 (PCR 9, event 1 of that PCR)`,
    ])
    expect(lines(words('{ equals: ["secret"] }'), textCode, [hidden])[0]).to.match(
      /^ok .* "secret" \| the text "secret"/,
    )
    expect(lines(words('{ words: ["a.*", b], matches: ["a b", "b"] }'), textCode, [])).to.deep.equal([
      'no | release.components.line | not measured | each word matching /a.*/ or /b/; matching /a b/ or /b/ | PCR 9, event 1 of that PCR',
    ])
    const also = `  components: { line: { pcr: 9, event: 1, sha256: ["${other}"], text: { must: [quiet] } } }\n`
    expect(lines(also, 'component/digest', [])).to.deep.equal([
      `no | release.components.line | not measured | sha256 ${other}; with quiet | PCR 9, event 1 of that PCR`,
    ])
  })
  it('judges every event of a PCR by one rule, where it names no event', () => {
    const every = '  components: { grub: { pcr: 8, text: { matches: ["set [a-z]+=.*"] } } }\n'
    const judged = lines(every, 'component/text', [said(8, 'set a=1'), said(8, 'set b=2'), said(8, 'exit')])
    expect(judged.map((line) => line.slice(0, 2))).to.deep.equal(['ok', 'ok', 'no'])
    expect(judged[2]).to.include('"exit"; it matches no pattern')
    expect(judged[2]).to.include('(PCR 8, every event of that PCR)')
    expect(lines(every, 'component/text', [])).to.deep.equal([
      'no | release.components.grub | not measured | matching /set [a-z]+=.*/ | PCR 8, every event of that PCR',
    ])
  })
})

describe('what a verdict says of texts that no loader measures', () => {
  const quiet = (place: string) => `  components: { line: { ${place}, text: { words: ["quiet[0-9]*", ro] } } }\n`
  const told12 = (text: string) => lines(quiet('pcr: 12, event: 1'), 'component/text', [said(12, text)])[0]

  it('is nothing of one that is longer than any command line, but its digest', () => {
    expect(told12('ro '.repeat(1365))).to.match(/^ok /)
    expect(told12('ro '.repeat(1400))).to.match(
      /^no \| [^|]+ \| sha256 [0-9a-f]{64}; it is longer than 4096 letters \|/,
    )
  })
  it('is that there is more than anybody looks at', () => {
    const many = Array.from({ length: 20 }, (_, at) => said(8, `${'ro '.repeat(1330)}quiet${at}`))
    const told8 = lines(quiet('pcr: 8'), 'component/text', many)
    expect(told8.filter((line) => line.startsWith('ok '))).to.have.length(16)
    expect(told8.at(-1)).to.match(/more was measured here than is looked at/)
  })
})

describe('what a verdict says of Secure Boot', () => {
  const rule = (more = '') => `  secureBoot: { required: true, authorities: { sha256: ["${other}"] }${more} }\n`
  it('tells its state', () => {
    const state = (...events: readonly Event[]) =>
      told(judge(rule(), verifiedBoot([...events, ...separators])).reasons, 'secure-boot/enabled')
    const row = (how: string, fact: string) => [
      `${how} | release.secureBoot.required | ${fact} | Secure Boot is on | PCR 7`,
    ]
    expect(state(variable('SecureBoot', fromHex('01')))).to.deep.equal(row('ok', 'Secure Boot is on'))
    expect(state(variable('SecureBoot', fromHex('00')))).to.deep.equal(row('no', 'Secure Boot is off'))
    expect(state()).to.deep.equal(row('no', 'the variable SecureBoot was not measured'))
  })
  it('tells that nothing vouched for an image, and that none was started', () => {
    expect(lines(rule(), 'secure-boot/authority', [])).to.deep.equal([
      `no | release.secureBoot.authorities | no authority was measured | sha256 ${other} | PCR 7`,
    ])
    expect(lines(rule(), 'secure-boot/image', [])).to.deep.equal([
      'no | release.secureBoot.required | 0 images were started | an image that was started | PCR 4',
    ])
    expect(lines(rule(), 'secure-boot/image', [image('a'), image('b')])).to.deep.equal([
      'ok | release.secureBoot.required | 2 images were started | an image that was started | PCR 4',
    ])
  })
  it('tells an authority by its certificate, or by its digest', async () => {
    const { der } = await identity('signer', 9)
    const fingerprint = toHex(digest(ALG.sha256, der))
    const measured = authority(Uint8Array.of(...new Uint8Array(16), ...der))
    const digestOf = toHex(measured.digests.get(ALG.sha256)!)
    const by = (authorities: string) =>
      lines(`  secureBoot: { required: true, authorities: { ${authorities} } }\n`, 'secure-boot/authority', [measured])
    const source = 'firmware log, event 11, PCR 7'
    const rule = 'release.secureBoot.authorities'
    expect(by(`sha256: ["${digestOf}"]`)).to.deep.equal([
      `ok | ${rule} | sha256 ${digestOf} | sha256 ${digestOf} | ${source}`,
    ])
    expect(by(`sha256: ["${other}"]`)).to.deep.equal([
      `no | ${rule} | sha256 ${digestOf} | sha256 ${other} | ${source}`,
    ])
    expect(by(`certificates: ["${fingerprint}"]`)).to.deep.equal([
      `ok | ${rule} | certificate ${fingerprint} (CN=signer) | a certificate of ${fingerprint} | ${source}`,
    ])
    expect(by(`certificates: ["${other}", "${'ef'.repeat(32)}"], sha256: ["${'cd'.repeat(32)}"]`)).to.deep.equal([
      `no | ${rule} | certificate ${fingerprint} (CN=signer) | sha256 ${'cd'.repeat(32)}; or a certificate of ${other}, ${'ef'.repeat(32)} | ${source}`,
    ])
    const strange = lines(
      `  secureBoot: { required: true, authorities: { certificates: ["${fingerprint}"] } }\n`,
      'secure-boot/authority',
      [authority(ascii('no certificate'))],
    )
    expect(strange[0]).to.match(/^no \| release\.secureBoot\.authorities \| sha256 [0-9a-f]{64} \|/)
  })
  it('takes settings of shim for no authority, and judges them only where digests are named', async () => {
    const { der } = await identity('signer', 10)
    const shim = '50ab5d6046e00043abb63dd810dd8b23'
    const setting = (name: string, data: Uint8Array, guid = shim) =>
      variable(name, data, guid, EV.EFI_VARIABLE_AUTHORITY)
    const settings = [setting('SbatLevel', ascii('sbat,1,2023012900\n')), setting('MokListTrusted', fromHex('01'))]
    const vouched = authority(Uint8Array.of(...new Uint8Array(16), ...der))
    const hexOf = (one: Event) => toHex(one.digests.get(ALG.sha256)!)
    const by = (authorities: string, ...events: readonly Event[]) =>
      lines(`  secureBoot: { required: true, authorities: { ${authorities} } }\n`, 'secure-boot/authority', events).map(
        (line) => line.slice(0, 2),
      )
    const certificates = `certificates: ["${toHex(digest(ALG.sha256, der))}"]`
    expect(by(certificates, vouched, ...settings)).to.deep.equal(['ok'])
    expect(by(certificates, ...settings)).to.deep.equal(['no'])
    expect(by(certificates, vouched, setting('SbatLevel', fromHex('01'), efiImageSecurityDatabaseGuid))).to.deep.equal([
      'ok',
      'no',
    ])
    const digests = `sha256: [${[vouched, ...settings].map((one) => `"${hexOf(one)}"`).join()}]`
    expect(by(digests, vouched, ...settings)).to.deep.equal(['ok', 'ok', 'ok'])
    expect(by(digests, ...settings), 'nothing vouched for an image').to.deep.equal(['no'])
    expect(by(digests, vouched, setting('MokListTrusted', fromHex('00')))).to.deep.equal(['ok', 'no'])
  })
  it('tells which revocation is missing', () => {
    const hashes = ['one', 'two', 'three'].map(sha256)
    const dbx = (...names: readonly string[]) =>
      variable(
        'dbx',
        Uint8Array.of(...names.flatMap((name) => [...signatureList('sha256', '00'.repeat(16), fromHex(sha256(name)))])),
        efiImageSecurityDatabaseGuid,
      )
    const library: Library = new Map([
      [
        'uefi',
        parseReferenceValues(
          `kind: ReferenceValues\nname: uefi\nsets:\n  dbx:\n${hashes.map((hash, at) => `    - { version: "${at}", sha256: "${hash}" }\n`).join('')}`,
          'uefi',
        ),
      ],
    ])
    const asked = rule(', dbx: { reference: uefi/dbx }')
    const judged = (...events: readonly Event[]) =>
      told(judge(asked, verifiedBoot([...events, ...firmware]), library).reasons, 'secure-boot/dbx')
    const row = (how: string, fact: string) => [
      `${how} | release.secureBoot.dbx | ${fact} | all 3 of uefi/dbx | PCR 7, variable dbx`,
    ]
    expect(judged(dbx('one', 'two', 'three', 'four'))).to.deep.equal(row('ok', '4 revoked images'))
    expect(judged(dbx('one'))).to.deep.equal(row('no', `1 revoked images; 2 are missing, as ${sha256('two')}`))
    expect(judged()).to.deep.equal(row('no', 'dbx was not measured'))
  })
  it('tells the level of revocation', () => {
    const judged = (...texts: readonly string[]) =>
      lines(
        rule(', sbatLevel: 2023012900'),
        'secure-boot/sbat-level',
        texts.map((text) =>
          variable('SbatLevel', ascii(text), '50ab5d6046e00043abb63dd810dd8b23', EV.EFI_VARIABLE_AUTHORITY),
        ),
      )
    const row = (how: string, fact: string) => [
      `${how} | release.secureBoot.sbatLevel | ${fact} | 2023012900 or later | PCR 7, variable SbatLevel`,
    ]
    expect(judged('sbat,1,2023012900\n')).to.deep.equal(row('ok', '2023012900'))
    expect(judged('sbat,1,2023012899\n')).to.deep.equal(row('no', '2023012899'))
    expect(judged()).to.deep.equal(row('no', 'no SBAT level was measured'))
  })
})

describe('what a verdict says of a start', () => {
  const facts: AdmissionFacts = {
    peerAddress: '10.1.2.3',
    approvedBy: [],
    nowUnixMs: Date.parse('2026-01-17T12:00:00Z'),
  }
  const start = (admission: string, given: Partial<AdmissionFacts> = {}) =>
    evaluateAdmission(
      parsePolicy(`kind: BootPolicy\nname: web\ngroups: [web]\nadmission: ${admission}\nrelease:\n${anyPcr}`, 'test'),
      { ...facts, ...given },
    ).reasons
  const first = (...given: Parameters<typeof start>) => told(start(...given), start(...given)[0]?.code ?? '')[0]

  it('tells the network', () => {
    const networks = '{ networks: [10.1.0.0/16, "fd00::/8"] }'
    expect(first(networks)).to.equal(
      'ok | admission.networks | 10.1.2.3 in 10.1.0.0/16 | 10.1.0.0/16, fd00::/8 | connection',
    )
    expect(first(networks, { peerAddress: '192.0.2.1' })).to.equal(
      'no | admission.networks | 192.0.2.1 | 10.1.0.0/16, fd00::/8 | connection',
    )
  })
  it('tells who approved', () => {
    expect(first('{ approval: everyBoot }')).to.equal(
      'no | admission.approval | not approved | approval of every boot by a person | operator',
    )
    expect(first('{ approval: everyBoot }', { approvedBy: ['alice'] })).to.equal(
      'ok | admission.approval | approved by alice | approval of every boot by a person | operator',
    )
    expect(first('{ approval: everyBoot, quorum: 2 }', { approvedBy: ['alice', 'alice'] })).to.equal(
      'no | admission.quorum | approved by alice | approval of every boot by 2 different people | operator',
    )
    expect(first('{ approval: everyBoot, quorum: 2 }', { approvedBy: ['alice', 'bob'] })).to.equal(
      'ok | admission.quorum | approved by alice, bob | approval of every boot by 2 different people | operator',
    )
  })
  it('tells the time', () => {
    const windowed = (given: Partial<AdmissionFacts> = {}) =>
      told(
        start(
          '{ networks: [10.0.0.0/8], windows: [{ days: [sat], from: "08:00", to: "18:00", timeZone: UTC }] }',
          given,
        ),
        'admission/window',
      )[0]
    expect(windowed()).to.match(
      /^ok \| admission\.windows \| 2026-01-17T12:00:00\.000Z, in (.*) \| \1; or approval by a person \| server clock$/,
    )
    const sunday = { nowUnixMs: Date.parse('2026-01-18T12:00:00Z') }
    expect(windowed(sunday)).to.match(/^no \| admission\.windows \| 2026-01-18T12:00:00\.000Z, in no window \|/)
    expect(windowed({ ...sunday, approvedBy: ['alice'] })).to.match(/^ok .*, in no window, approved by alice \|/)
  })
  it('tells that the disk alone speaks for the machine', () => {
    expect(first('{ acceptDiskOnlyIdentity: true }')).to.equal(
      'ok | admission.acceptDiskOnlyIdentity | known by what its disk holds | nothing more | machine key',
    )
  })
})

describe('digests of two banks', () => {
  const components = `  components: { part: { image: 1, sha256: ["${sha256('kernel')}"], sha384: ["${sha384('kernel')}"] } }\n${quoteBoth}`
  it('have to fit in both', () => {
    const judged = (events: readonly Event[]) =>
      told(judge(components, verifiedBoot([...firmware, ...events], both)).reasons, 'component/digest')[0]
    expect(judged([image('kernel')])).to.match(
      new RegExp(
        `^ok .* sha256 ${sha256('kernel')}, sha384 ${sha384('kernel')} \\| sha256 ${sha256('kernel')}, and sha384`,
      ),
    )
    const mixed = {
      ...image('kernel'),
      digests: new Map([...image('kernel').digests, [ALG.sha384, digest(ALG.sha384, ascii('bootkit'))]]),
    }
    expect(judged([mixed])).to.match(/^no /)
  })
  it('of a reference value may not contradict it in any', () => {
    const library: Library = new Map([
      [
        'web',
        parseReferenceValues(
          `kind: ReferenceValues\nname: web\nsets:\n  kernel:\n    - { version: old, sha256: "${sha256('kernel')}", sha384: "${sha384('other')}" }\n    - { version: new, sha384: "${sha384('kernel')}" }\n`,
          'web',
        ),
      ],
    ])
    const asked = '  components: { part: { image: 1, reference: [web/kernel] } }\n'
    const judged = (selection = both) =>
      told(
        judge(asked, verifiedBoot([...firmware, image('kernel')], selection), library).reasons,
        'component/digest',
      )[0]
    expect(judged()).to.match(/^ok .*, new of web\/kernel \| one of the 2 values of web\/kernel/)
    expect(judged(both.slice(0, 1))).to.match(/^ok .*, old of web\/kernel \|/)
  })
})
