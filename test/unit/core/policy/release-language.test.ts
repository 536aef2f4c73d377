import { expect } from 'chai'
import { fromHex, toHex } from '../../../../core/bytes/index.ts'
import { defaultSelection, verifyEvidence, type RequestCore } from '../../../../core/evidence/index.ts'
import {
  EV,
  efiImageSecurityDatabaseGuid,
  encodeUefiVariable,
  encodeUtf16,
  parseEventLog,
  parseGuid,
  parseUefiVariable,
} from '../../../../core/eventlog/index.ts'
import { evaluateRelease, parsePolicy, parseReferenceValues, type Library } from '../../../../core/policy/index.ts'
import { ALG, digest } from '../../../../core/tpm/index.ts'
import { Attester } from '../../../../agent/boot/simulate/attester.ts'
import { alteredRequest, event, recordedRequest } from '../../../fakes/attester-request.ts'
import { recordedLog, type BootName } from '../../../vectors/vectors.ts'

const attester = new Attester()
const verified = (core: RequestCore) => verifyEvidence(attester.expectation(), attester.attest(core))
const head = 'kind: BootPolicy\nname: web\nmachines: [web-1]\nadmission: { approval: everyBoot }\nrelease:\n'
const sha256 = (bytes: Uint8Array) => toHex(digest(ALG.sha256, bytes))
const ascii = (text: string) => new TextEncoder().encode(text)

/** The reasons that one code of a release was judged with. */
const judge = (release: string, core: RequestCore, code: string, library: Library = new Map(), facts = {}) =>
  evaluateRelease(parsePolicy(head + release, 'test', library), verified(core), {
    tier: 'T1',
    ...facts,
  }).reasons.filter((reason) => reason.code === code)
const passed = (...given: Parameters<typeof judge>) => judge(...given).map((reason) => reason.passed)

const recordedEvents = (boot: BootName) => parseEventLog(recordedLog(boot)).events
const authority = recordedEvents('uki-secureboot').find(
  ({ untrustedType }) => untrustedType === EV.EFI_VARIABLE_AUTHORITY,
)!
const snakeOil = sha256(parseUefiVariable(authority.untrustedData).data.subarray(16))

describe('authority certificates', () => {
  const rule = (authorities: string, more = '') =>
    `  secureBoot: { required: true, authorities: ${authorities}${more} }\n`
  const core = recordedRequest('uki-secureboot')

  it('are known by their fingerprint', () => {
    const [reason] = judge(rule(`{ certificates: ["${snakeOil}"] }`), core, 'secure-boot/authority')
    expect(reason?.passed).to.equal(true)
    expect(reason?.fact).to.match(/O=SnakeOil/)
    expect(reason?.source).to.match(/event 22, PCR 7/)
  })
  it('do not pass for another', () => {
    expect(passed(rule(`{ certificates: ["${'ab'.repeat(32)}"] }`), core, 'secure-boot/authority')).to.deep.equal([
      false,
    ])
  })
  it('may stand beside digests of events', () => {
    const events = `sha256: ["${'ab'.repeat(32)}"]`
    expect(passed(rule(`{ ${events}, certificates: ["${snakeOil}"] }`), core, 'secure-boot/authority')).to.deep.equal([
      true,
    ])
  })
  it('are read from shim, which leaves the owner out', () => {
    const bare = parseUefiVariable(authority.untrustedData).data.subarray(16)
    const variable = encodeUefiVariable({ vendorGuid: fromHex(efiImageSecurityDatabaseGuid), name: 'Shim', data: bare })
    const altered = alteredRequest('uki-secureboot', (events) => [
      ...events,
      event(7, EV.EFI_VARIABLE_AUTHORITY, variable),
    ])
    expect(passed(rule(`{ certificates: ["${snakeOil}"] }`), altered, 'secure-boot/authority')).to.deep.equal([
      true,
      true,
    ])
  })
  it('do not count where the log claims one that was not measured', () => {
    const altered = alteredRequest('uki-secureboot', (events) => [
      ...events,
      event(7, EV.EFI_VARIABLE_AUTHORITY, ascii('another'), authority.untrustedData),
    ])
    expect(passed(rule(`{ certificates: ["${snakeOil}"] }`), altered, 'secure-boot/authority')).to.deep.equal([
      true,
      false,
    ])
  })
  it('are no authority where the event holds no certificate', () => {
    const variable = encodeUefiVariable({
      vendorGuid: fromHex(efiImageSecurityDatabaseGuid),
      name: 'db',
      data: new Uint8Array(48),
    })
    const altered = alteredRequest('uki-secureboot', (events) => [
      ...events,
      event(7, EV.EFI_VARIABLE_AUTHORITY, variable),
    ])
    expect(passed(rule(`{ certificates: ["${snakeOil}"] }`), altered, 'secure-boot/authority')).to.deep.equal([
      true,
      false,
    ])
  })

  const emptyHash = sha256(new Uint8Array())
  for (const [what, dbx, expected] of [
    ['holds what it must', `{ sha256: ["${emptyHash}"] }`, true],
    ['lacks one', `{ sha256: ["${emptyHash}", "${'ab'.repeat(32)}"] }`, false],
    ['holds a set of reference values', '{ reference: revoked/old }', true],
    ['lacks one of a set', '{ reference: revoked/new }', false],
  ] as const)
    it(`dbx ${what}`, () => {
      const library = libraryOf(
        `kind: ReferenceValues\nname: revoked\nsets:\n  old: [{ version: a, sha256: "${emptyHash}" }]\n  new: [{ version: a, sha256: "${emptyHash}" }, { version: b, sha256: "${'cd'.repeat(32)}" }]\n`,
      )
      const given = rule(`{ certificates: ["${snakeOil}"] }`, `, dbx: ${dbx}`)
      expect(passed(given, core, 'secure-boot/dbx', library)).to.deep.equal([expected])
    })
  it('dbx that was not measured holds nothing', () => {
    const altered = alteredRequest('uki-secureboot', (events) => events.filter(({ index }) => index !== 8))
    expect(
      passed(
        rule(`{ certificates: ["${snakeOil}"] }`, `, dbx: { sha256: ["${emptyHash}"] }`),
        altered,
        'secure-boot/dbx',
      ),
    ).to.deep.equal([false])
  })

  const shimGuid = parseGuid('605dab50-e046-4300-abb6-3dd810dd8b23')
  const levelFrom = (vendorGuid: Uint8Array, ...levels: readonly string[]) =>
    alteredRequest('uki-secureboot', (events) => [
      ...events,
      ...levels.map((level) =>
        event(
          7,
          EV.EFI_VARIABLE_AUTHORITY,
          encodeUefiVariable({
            vendorGuid,
            name: 'SbatLevel',
            data: ascii(`sbat,1,${level}\nshim,2\n`),
          }),
        ),
      ),
    ])
  const withSbat = (...levels: readonly string[]) => levelFrom(shimGuid, ...levels)
  const sbat = rule(`{ certificates: ["${snakeOil}"] }`, ', sbatLevel: 2023012900')
  it('the level of revocation has to be on record, and the lowest counts', () => {
    expect(passed(sbat, core, 'secure-boot/sbat-level')).to.deep.equal([false])
    expect(passed(sbat, withSbat('2023012900'), 'secure-boot/sbat-level')).to.deep.equal([true])
    expect(passed(sbat, withSbat('2022111500'), 'secure-boot/sbat-level')).to.deep.equal([false])
    expect(passed(sbat, withSbat('2024010900', '2021030218'), 'secure-boot/sbat-level')).to.deep.equal([false])
    expect(passed(sbat, withSbat('nonsense'), 'secure-boot/sbat-level')).to.deep.equal([false])
  })
  it("a level that is not of shim's own variable is none, and is judged as what vouched for an image", () => {
    const foreign = levelFrom(new Uint8Array(16), '2023012900')
    expect(passed(sbat, foreign, 'secure-boot/sbat-level')).to.deep.equal([false])
    expect(passed(sbat, foreign, 'secure-boot/authority')).to.deep.equal([true, false])
  })
  it('the level of revocation vouches for nothing', () => {
    expect(passed(sbat, withSbat('2023012900'), 'secure-boot/authority')).to.deep.equal([true])
    expect(
      passed(rule(`{ certificates: ["${snakeOil}"] }`), withSbat('2023012900'), 'secure-boot/authority'),
    ).to.deep.equal([true])
  })
})

function libraryOf(...texts: readonly string[]): Library {
  return new Map(texts.map((text) => parseReferenceValues(text, 'values.yaml')).map((values) => [values.name, values]))
}

describe('reference values', () => {
  const image = recordedEvents('uki').find(
    ({ pcr, untrustedType }) => pcr === 4 && untrustedType === EV.EFI_BOOT_SERVICES_APPLICATION,
  )!
  const [good256, good384] = [toHex(image.digests.get(ALG.sha256)!), toHex(image.digests.get(ALG.sha384)!)]
  const library = libraryOf(
    `kind: ReferenceValues\nname: debian\nsets:\n  uki:\n    - { version: "1", sha256: "${'ab'.repeat(32)}" }\n    - { version: "2", sha256: "${good256}", sha384: "${good384}" }\n  wrong: [{ version: "3", sha256: "${good256}", sha384: "${'ab'.repeat(48)}" }]\n`,
  )
  const components = (accepted: string) => `  components: { uki: { image: 1, ${accepted} } }\n`
  const core = recordedRequest('uki')

  it('are accepted by the set', () => {
    const [reason] = judge(components('reference: [debian/uki]'), core, 'component/digest', library)
    expect(reason?.passed).to.equal(true)
    expect(reason?.fact).to.match(/, 2 of debian\/uki$/)
  })
  it('have to fit in every quoted bank they are known in', () => {
    const both = [ALG.sha256, ALG.sha384].map((hash) => ({ hash, pcrs: defaultSelection[0]?.pcrs ?? [] }))
    const wrong = parsePolicy(head + components('reference: [debian/wrong]'), 'test', library)
    const outcomes = [defaultSelection, both].map((selection) => {
      const evidence = verifyEvidence(attester.expectation({ selection }), attester.attest(core, { selection }))
      return evaluateRelease(wrong, evidence, { tier: 'T1' }).reasons.find(({ code }) => code === 'component/digest')
    })
    expect(outcomes.map((reason) => reason?.passed)).to.deep.equal([true, false])
  })
  it('stand beside digests of the policy itself', () => {
    const both = components(`sha256: ["${'ab'.repeat(32)}"], reference: [debian/uki]`)
    expect(passed(both, core, 'component/digest', library)).to.deep.equal([true])
  })
  it('may be values of a PCR', () => {
    const value = toHex(core.pcrs.get(ALG.sha256)!.get(0)!)
    const firmware = libraryOf(
      `kind: ReferenceValues\nname: ovmf\nsets: { pcr0: [{ version: 2022.11, sha256: "${value}" }] }\n`.replace(
        '2022.11',
        '"2022.11"',
      ),
    )
    expect(passed('  pcrs: { reference: { 0: [ovmf/pcr0] } }\n', core, 'pcr/value', firmware)).to.deep.equal([true])
    expect(passed('  pcrs: { reference: { 1: [ovmf/pcr0] } }\n', core, 'pcr/value', firmware)).to.deep.equal([false])
  })
  for (const [what, text, says] of [
    ['a document there is not', 'reference: [ubuntu/uki]', /test:6:.*no reference values named ubuntu/],
    ['a set there is not', 'reference: [debian/kernel]', /test:6:.*no debian\/kernel/],
    ['the same set twice', 'reference: [debian/uki, debian/uki]', /twice/],
    ['a name of another form', 'reference: [debian]', /document\/set/],
  ] as const)
    it(`refuse ${what}`, () => {
      expect(() => parsePolicy(head + components(text), 'test', library)).to.throw(says)
    })
  for (const [what, text, says] of [
    ['no digest', 'sets: { a: [{ version: "1" }] }', /names no digest/],
    [
      'the same value twice',
      `sets: { a: [{ version: "1", sha256: "${good256}" }, { version: "2", sha256: "${good256}" }] }`,
      /twice/,
    ],
    ['an empty set', 'sets: { a: [] }', /small/],
    ['no set', 'sets: {}', /no set/],
    ['a digest in SHA-1', `sets: { a: [{ version: "1", sha1: "${'ab'.repeat(20)}" }] }`, /sha1/],
  ] as const)
    it(`are refused with ${what}`, () => {
      expect(() => parseReferenceValues(`kind: ReferenceValues\nname: x\n${text}\n`, 'values.yaml')).to.throw(says)
    })
})

describe('measured texts', () => {
  const line = 'initrd=\\initrd.img console=ttyS0 panic=-1 quiet'
  const rule = (place: string, text: string) => `  components: { line: { ${place}, text: ${text} } }\n`

  it('are read from the log where it holds them', () => {
    const [reason] = judge(
      rule('pcr: 12, event: 1', '{ must: [quiet], mustNot: [init] }'),
      recordedRequest('sdboot-secureboot'),
      'component/text',
    )
    expect(reason?.passed, reason?.fact).to.equal(true)
    expect(reason?.fact).to.contain(JSON.stringify(line))
  })
  it('are refused with every reason', () => {
    const [reason] = judge(
      rule('pcr: 12, event: 1', '{ must: [ro], mustNot: [panic] }'),
      recordedRequest('sdboot-secureboot'),
      'component/text',
    )
    expect(reason?.passed).to.equal(false)
    expect(reason?.fact).to.match(/ro is missing; panic=-1 is forbidden/)
  })
  it('are taken from the machine where its digest was measured', () => {
    const core = { ...recordedRequest('sdboot-secureboot'), untrustedTexts: ['other', line] }
    expect(passed(rule('pcr: 9, event: 1', '{ must: [quiet] }'), core, 'component/text')).to.deep.equal([true])
    expect(
      passed(rule('pcr: 9, event: 1', '{ must: [quiet] }'), recordedRequest('sdboot-secureboot'), 'component/text'),
    ).to.deep.equal([false])
  })
  it('need no word of the machine where the policy gives the text itself', () => {
    const given = rule('pcr: 9, event: 1', `{ equals: [${JSON.stringify(line)}] }`)
    expect(passed(given, recordedRequest('sdboot-secureboot'), 'component/text')).to.deep.equal([true])
  })
  it('are not what a log merely says', () => {
    const altered = alteredRequest('sdboot-secureboot', (events) =>
      events.map((one) => (one.pcr === 12 ? { ...one, untrustedData: encodeUtf16('quiet') } : one)),
    )
    expect(passed(rule('pcr: 12, event: 1', '{ must: [quiet] }'), altered, 'component/text')).to.deep.equal([false])
  })
  it('have one reading: bytes of one encoding are no text of the other', () => {
    const evil = 'init=/bin/sh'
    const chinese = new TextDecoder('utf-16le').decode(ascii(evil))
    const asUtf16 = alteredRequest('sdboot-secureboot', (events) =>
      events.map((one) =>
        one.pcr === 12 ? { ...event(12, EV.IPL, ascii(evil), encodeUtf16(chinese)), index: one.index } : one,
      ),
    )
    const given = rule('pcr: 12, event: 1', '{ mustNot: [init] }')
    const [reason] = judge(given, asUtf16, 'component/text')
    expect(reason?.passed, reason?.fact).to.equal(false)
    const asBytes = alteredRequest('sdboot-secureboot', (events) =>
      events.map((one) => (one.pcr === 12 ? { ...event(12, EV.IPL, encodeUtf16(evil)), index: one.index } : one)),
    )
    expect(passed(given, asBytes, 'component/text')).to.deep.equal([false])
  })

  const grub = (...commands: readonly string[]) =>
    alteredRequest('direct-kernel', (events) => [
      ...events,
      ...commands.map((command) => event(8, EV.IPL, ascii(command), ascii(`grub_cmd: ${command}\0`))),
    ])
  it('may be asked of every event of a PCR', () => {
    const given = rule('pcr: 8', '{ matches: ["set root=[a-z0-9,]+", "linux /vmlinuz .*", boot] }')
    expect(passed(given, grub('set root=hd0,gpt1', 'linux /vmlinuz quiet', 'boot'), 'component/text')).to.deep.equal([
      true,
      true,
      true,
    ])
    expect(passed(given, grub('set root=hd0', 'insmod evil', 'boot'), 'component/text')).to.deep.equal([
      true,
      false,
      true,
    ])
    expect(passed(given, grub(), 'component/text')).to.deep.equal([false])
    expect(passed(given, grub('boot'), 'component/unlisted')).to.deep.equal([true])
  })
})

describe('what is asked for, and when', () => {
  const pcr14 = toHex(recordedRequest('uki').pcrs.get(ALG.sha256)!.get(14)!)
  const rule = (more: string) => `  pcrs: { sha256: { 14: ["${pcr14}"] } }\n  ${more}\n`
  const core = recordedRequest('uki')

  it('other volumes than those named are refused', () => {
    const named = 'volumes: [07070707-0707-0707-0707-070707070707]'
    expect(passed(rule(named), core, 'release/volume-rule')).to.deep.equal([true])
    expect(passed(rule(named.replace('0707,', '')), core, 'release/volume-rule')).to.deep.equal([true])
    const other = 'volumes: [08080808-0808-4808-8808-080808080808]'
    expect(passed(rule(other), core, 'release/volume-rule')).to.deep.equal([false])
  })
  it('a boot that asks too late, or of an unknown admission, is refused', () => {
    const late = rule('within: 10m')
    expect(passed(late, core, 'release/in-time', new Map(), { sinceAdmissionMs: 600_000 })).to.deep.equal([true])
    expect(passed(late, core, 'release/in-time', new Map(), { sinceAdmissionMs: 600_001 })).to.deep.equal([false])
    expect(passed(late, core, 'release/in-time')).to.deep.equal([false])
    const setBack = { sinceAdmissionMs: -1 }
    expect(passed(late, core, 'release/in-time', new Map(), setBack)).to.deep.equal([false])
  })
})
