import { expect } from 'chai'
import { fromHex, toHex } from '../../../../core/bytes/index.ts'
import { type VerifiedEvidence } from '../../../../core/evidence/index.ts'
import { efiImageSecurityDatabaseGuid, EV, type Event } from '../../../../core/eventlog/index.ts'
import { evaluateRelease, parsePolicy, PolicyError, proposeChange } from '../../../../core/policy/index.ts'
import { ALG, digest } from '../../../../core/tpm/index.ts'
import { event, said, separator, variable, verifiedBoot } from '../../../fakes/written-boot.ts'
import { identity } from '../boot/image-signer.ts'

const ascii = (text: string) => new TextEncoder().encode(text)
const sha256 = (text: string) => toHex(digest(ALG.sha256, ascii(text)))
const valueOf = (text: string) => toHex(digest(ALG.sha256, new Uint8Array(32), digest(ALG.sha256, ascii(text))))
const other = 'ab'.repeat(32)
const image = (name: string): Event => event(4, EV.EFI_BOOT_SERVICES_APPLICATION, ascii(name))
const separators = [0, 1, 2, 3, 4, 5, 6, 7].map((pcr) => separator(pcr))
const firmware = [said(0, 'firmware', EV.S_CRTM_VERSION), variable('SecureBoot', fromHex('01')), ...separators]
const boot = (...events: readonly Event[]) => verifiedBoot([...firmware, ...events])
const both = [ALG.sha256, ALG.sha384].map((hash) => ({ hash, pcrs: [0, 1, 2, 3, 4, 5, 6, 7, 9, 15] }))

const head =
  'kind: BootPolicy # by hand\nname: web\nmachines: [web-1]\nadmission: { networks: [10.0.0.0/8] }\nrelease:\n'
type Given = Partial<Parameters<typeof proposeChange>[0]>
const propose = (release: string, evidence: VerifiedEvidence, given: Given = {}) => {
  const document = head + release
  const proposal = proposeChange({
    document,
    source: 'web.yaml',
    library: new Map(),
    floors: [],
    evidence,
    admission: { peerAddress: '10.0.0.1', approvedBy: [], nowUnixMs: 0 },
    release: { tier: 'T1' },
    reason: 'known to the vendor',
    ...given,
  })
  const before = document.split('\n')
  return {
    changes: proposal.changes,
    remaining: proposal.remaining.map(({ code }) => code),
    lines: proposal.document.split('\n').filter((line) => !before.includes(line)),
    outcome: () =>
      evaluateRelease(parsePolicy(proposal.document, 'proposed'), evidence, given.release ?? { tier: 'T1' }).outcome,
  }
}

describe('what proposals change, word for word', () => {
  it('a value of a PCR, beside those that stand there', () => {
    const { changes, lines, outcome } = propose(`  pcrs: { sha256: { 9: ["${other}"] } }\n`, boot(said(9, 'kernel')))
    expect(changes).to.deep.equal(['release.pcrs: the value of PCR 9 is added (sha256)'])
    expect(lines).to.deep.equal([`  pcrs: { sha256: { 9: ["${other}", ${valueOf('kernel')}] } }`])
    expect(outcome()).to.equal('allow')
  })
  it('a value in each bank that the rule names', () => {
    const quote = 'quote: { banks: [sha256, sha384] }\n'
    const rule = `  pcrs: { sha256: { 9: ["${other}"] }, sha384: { 9: ["${'cd'.repeat(48)}"] } }\n${quote}`
    const { changes, outcome } = propose(rule, verifiedBoot([...firmware, said(9, 'kernel')], both))
    expect(changes).to.deep.equal(['release.pcrs: the value of PCR 9 is added (sha256, sha384)'])
    expect(outcome()).to.equal('deny')
  })
  it('the value of a PCR that no log explains', () => {
    const evidence = boot()
    const unexplained = { ...evidence, log: { ...evidence.log, unexplained: new Set([12]) } }
    const { changes, remaining } = propose(`  pcrs: { sha256: { 2: ["${other}"] } }\n`, unexplained)
    expect(changes).to.include('release.pcrs: the value of PCR 12 is added (sha256)')
    expect(remaining).to.deep.equal([])
  })
  it('a digest of a component, and a component for what nobody listed', () => {
    const rule = `  components:\n    kernel: { image: 1, sha256: ["${other}"] } # ours\n`
    const { changes, lines, outcome, remaining } = propose(rule, boot(image('newer'), image('tool')))
    expect(changes).to.deep.equal([
      'release.components.kernel: its digest is added',
      'release.components.image2 is new: firmware log, event 12, PCR 4',
    ])
    expect(lines).to.deep.equal([
      `    kernel: { image: 1, sha256: ["${other}", ${sha256('newer')}] } # ours`,
      `    image2: { image: 2, sha256: [${sha256('tool')}] }`,
    ])
    expect([outcome(), remaining]).to.deep.equal(['allow', []])
  })
  it('a component by its section, or by its place in a PCR, under a name that is free', () => {
    const uki = [said(11, '.linux\0'), said(11, 'kernel'), said(11, '.initrd\0'), said(11, 'initrd')]
    const bySection = propose(
      `  components: { pcr11Event4: { section: .linux, sha256: ["${sha256('kernel')}"] } }\n`,
      boot(...uki),
    )
    expect(bySection.changes).to.deep.equal(['release.components.pcr11Event4-2 is new: firmware log, event 14, PCR 11'])
    expect(bySection.lines.join()).to.include(`pcr11Event4-2: { section: .initrd, sha256: [${sha256('initrd')}] }`)
    expect(bySection.outcome()).to.equal('allow')
    const byPlace = propose(
      `  components: { first: { pcr: 9, event: 1, sha256: ["${sha256('a')}"] } }\n`,
      boot(said(9, 'a'), said(9, 'b')),
    )
    expect(byPlace.lines.join()).to.include(`pcr9Event2: { pcr: 9, event: 2, sha256: [${sha256('b')}] }`)
    expect(byPlace.outcome()).to.equal('allow')
  })
  it('no digest for a component that stands twice, or is not there', () => {
    const rule = `  components: { kernel: { section: .linux, sha256: ["${other}"] } }\n`
    const twice = [said(11, '.linux\0'), said(11, 'kernel'), said(11, '.linux\0'), said(11, 'kernel')]
    for (const evidence of [boot(), boot(...twice)]) {
      const { changes, remaining } = propose(rule, evidence)
      expect(changes.filter((words) => words.includes('kernel:'))).to.deep.equal([])
      expect(remaining).to.include('component/digest')
    }
  })
  it('a text that was asked for letter for letter, and none that was asked for by words', () => {
    const line = (rule: string) => `  components: { line: { pcr: 9, event: 1, text: ${rule} } }\n`
    const equals = propose(line('{ equals: ["quiet"] }'), boot(said(9, 'quiet "ro"')))
    expect(equals.changes).to.deep.equal(['release.components.line: its text is added'])
    expect(equals.outcome()).to.equal('allow')
    const words = propose(line('{ must: [quiet] }'), boot(said(9, 'ro')))
    expect([words.changes, words.remaining]).to.deep.equal([[], ['component/text']])
    const hidden = propose(line('{ equals: ["quiet"] }'), boot(event(9, EV.IPL, ascii('secret'), ascii('quiet'))))
    expect([hidden.changes, hidden.remaining]).to.deep.equal([[], ['component/text']])
  })
  it('an authority by its certificate where certificates are named, and by its digest otherwise', async () => {
    const { der } = await identity('signer', 31)
    const signed = variable(
      'db',
      Uint8Array.of(...new Uint8Array(16), ...der),
      efiImageSecurityDatabaseGuid,
      EV.EFI_VARIABLE_AUTHORITY,
    )
    const rule = (authorities: string) => `  secureBoot: { required: true, authorities: { ${authorities} } }\n`
    const byCertificate = propose(rule(`certificates: ["${other}"]`), boot(signed, image('kernel')))
    expect(byCertificate.changes).to.deep.equal([
      `release.secureBoot.authorities: the certificate ${toHex(digest(ALG.sha256, der))} is added, which calls itself CN=signer`,
    ])
    expect(byCertificate.outcome()).to.equal('allow')
    const byDigest = propose(rule(`sha256: ["${other}"]`), boot(signed, image('kernel')))
    expect(byDigest.changes).to.deep.equal([
      'release.secureBoot.authorities: the digest of firmware log, event 11, PCR 7 is added',
    ])
    expect(byDigest.outcome()).to.equal('allow')
    const noCertificate = {
      ...signed,
      ...variable('db', ascii('hash'), efiImageSecurityDatabaseGuid, EV.EFI_VARIABLE_AUTHORITY),
    }
    const strange = propose(rule(`certificates: ["${other}"]`), boot(noCertificate, image('kernel')))
    expect(strange.changes.join()).to.include('the digest of firmware log, event 11, PCR 7 is added')
    const off = propose(rule(`sha256: ["${other}"]`), boot(image('kernel')))
    expect([off.changes, off.remaining]).to.deep.equal([[], ['secure-boot/authority']])
  })
  it('a waiver with the reason that was given, and none without', () => {
    const rule = `  pcrs: { sha256: { 2: ["${toHex(boot().pcrs.banks.get(ALG.sha256)!.get(2)!)}"] } }\n`
    const strange = boot(event(5, 0x1234, ascii('vendor')))
    const given = propose(rule, strange)
    expect(given.changes).to.deep.equal(['release.waivers: firmware log, event 11, PCR 5 is let through'])
    expect(given.lines.join('\n'))
      .to.match(/pcr: 5/)
      .and.include(sha256('vendor'))
      .and.include('known to the vendor')
    expect(given.outcome()).to.equal('allow')
    const unreasoned = propose(rule, strange, { reason: ' \n' })
    expect([unreasoned.changes, unreasoned.remaining]).to.deep.equal([[], ['boot/unknown-event']])
  })
  it('the network, the tier and the volumes', () => {
    const fine = `  pcrs: { sha256: { 9: ["${'00'.repeat(32)}"] } }\n`
    const admission = (peerAddress: string) => ({ admission: { peerAddress, approvedBy: [], nowUnixMs: 0 } })
    expect(propose(fine, boot(), admission('192.0.2.7')).changes).to.deep.equal([
      'admission.networks: 192.0.2.7/32 is added',
    ])
    expect(propose(fine, boot(), admission('unix')).remaining).to.deep.equal(['admission/network'])
    const tier = propose(fine, boot(), { release: { tier: 'T0' } })
    expect(tier.changes).to.deep.equal(['tier: T0 in the place of a higher one'])
    expect(tier.outcome()).to.equal('allow')
    const wanting = {
      ...boot(),
      volumes: [{ uuid: fromHex('11e53cb6d1b54e1990e535cfff6a68af'), keyslotDigest: new Uint8Array(32) }],
    }
    const volumes = propose(`${fine}  volumes: [11111111-2222-4333-8444-555555555555]\n`, wanting)
    expect(volumes.changes).to.deep.equal(['release.volumes: 11e53cb6-d1b5-4e19-90e5-35cfff6a68af is added'])
    expect(volumes.outcome()).to.equal('allow')
  })
  it('nothing about a boot that is let through, nor about what is a rule of every policy', () => {
    const fine = `  pcrs: { sha256: { 9: ["${'00'.repeat(32)}"] } }\n`
    expect(propose(fine, boot())).to.deep.include({ changes: [], remaining: [], lines: [] })
    const twice = propose(fine, boot(separator(5)))
    expect(twice).to.deep.include({ changes: [], remaining: ['boot/separator'], lines: [] })
    const capped = propose(fine, boot(said(15, 'cap')))
    expect(capped).to.deep.include({ changes: [], remaining: ['boot/cap'], lines: [] })
  })
  it('nothing that would let a boot through which is past the cap', () => {
    const fine = `  pcrs: { sha256: { 9: ["${'00'.repeat(32)}"] } }\n`
    const named = `  pcrs: { sha256: { 15: ["${'ab'.repeat(32)}"] } }\n`
    const capped = boot(said(15, 'bootlatch/v1/cap'))
    const { eventsByPcr, events } = capped.log
    const unexplained = {
      ...capped,
      isCapped: false,
      log: {
        ...capped.log,
        events: events.filter(({ pcr }) => pcr !== 15),
        eventsByPcr: new Map([...eventsByPcr].filter(([pcr]) => pcr !== 15)),
        unexplained: new Set([15]),
      },
    }
    for (const policy of [fine, named])
      for (const evidence of [capped, unexplained]) {
        const { changes, remaining } = propose(policy, evidence)
        expect(changes).to.deep.equal([])
        expect(remaining).to.include('boot/cap')
      }
  })
  it('keeps what brackets mean in texts and comments', () => {
    const rule = `  # [ by hand ]\n  components: { line: { pcr: 9, event: 1, text: { equals: ["a [ b ]"] } } }\n`
    const { lines, outcome } = propose(rule, boot(said(9, '[ c ]')))
    expect(lines.join('\n')).to.include('"a [ b ]"').and.include('"[ c ]"')
    expect(outcome()).to.equal('allow')
  })
  it('is asked for a policy, and nothing else', () => {
    expect(() => propose('  pcrs: {}\n', boot())).to.throw(PolicyError, /web\.yaml:/)
  })
})
