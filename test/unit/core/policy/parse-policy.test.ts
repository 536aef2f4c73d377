import { expect } from 'chai'
import { bindingOf, parsePolicy, PolicyError } from '../../../../core/policy/index.ts'

const hash = 'ab'.repeat(32)
const other = 'cd'.repeat(32)
const good = `# a comment
kind: BootPolicy
name: web
machines: [web-1, web-2]
groups: [web]
tier: T0
admission:
  networks: [10.1.0.0/16, "fd00::/8"]
  approval: none
release:
  pcrs:
    sha256:
      7: ["${hash}", "${other}"]
  components:
    kernel: { section: .linux, sha256: ["${hash}"] }
    loader: { image: 1, sha256: ["${hash}"], sha384: ["${'ef'.repeat(48)}"] }
    commandLine: { pcr: 9, event: 1, sha256: ["${hash}"] }
  secureBoot:
    required: true
    authorities: { sha256: ["${hash}"] }
  waivers:
    - { pcr: 1, sha256: ["${hash}"], reason: vendor says so }
quote: { banks: [sha256, sha384] }
`

interface Row {
  readonly name: string
  readonly from: string | RegExp
  readonly to: string
  readonly at: readonly [line: number, column: number]
  readonly says: RegExp
}
const bad: readonly Row[] = [
  { name: 'an unknown key', from: 'tier: T0', to: 'teir: T0', at: [6, 1], says: /teir/ },
  { name: 'an unknown key further in', from: 'approval: none', to: 'approvals: none', at: [9, 3], says: /approvals/ },
  { name: 'an unknown value', from: 'approval: none', to: 'approval: never', at: [9, 13], says: /none/ },
  { name: 'another kind', from: 'kind: BootPolicy', to: 'kind: Group', at: [2, 7], says: /BootPolicy/ },
  { name: 'no kind', from: 'kind: BootPolicy\n', to: '', at: [2, 1], says: /BootPolicy/ },
  { name: 'an empty list', from: '[web-1, web-2]', to: '[]', at: [4, 11], says: /small/ },
  { name: 'an empty value', from: '[web-1, web-2]', to: '', at: [4, 11], says: /array/ },
  { name: 'a name twice', from: '[web-1, web-2]', to: '[web-1, web-1]', at: [4, 19], says: /twice/ },
  { name: 'no name a machine can have', from: 'web-2', to: 'web 2', at: [4, 19], says: /name/ },
  { name: 'a key twice', from: 'approval: none', to: 'networks: [10.0.0.0/8]', at: [9, 3], says: /unique/ },
  { name: 'a PCR twice', from: `      7: [`, to: `      7: ["${hash}"]\n      7: [`, at: [14, 7], says: /unique/ },
  {
    name: 'a PCR twice in two notations',
    from: `      7: [`,
    to: `      "7": ["${hash}"]\n      7: [`,
    at: [14, 7],
    says: /unique/,
  },
  { name: 'a PCR there is not', from: '7: [', to: '16: [', at: [13, 7], says: /PCR/ },
  { name: 'a bank with weak hashes', from: 'sha256:\n', to: 'sha1:\n', at: [12, 5], says: /sha1/ },
  { name: 'a digest of another size', from: hash, to: 'ab', at: [13, 11], says: /32 bytes/ },
  { name: 'a digest in capitals', from: hash, to: hash.toUpperCase(), at: [13, 11], says: /lower-case/ },
  { name: 'a digest that reads as a number', from: `"${hash}"`, to: '1'.repeat(64), at: [13, 11], says: /quoted/ },
  { name: 'a digest twice', from: other, to: hash, at: [13, 79], says: /twice/ },
  { name: 'a network with host bits', from: '10.1.0.0/16', to: '10.1.0.1/16', at: [8, 14], says: /beyond/ },
  { name: 'a network of everything', from: '10.1.0.0/16', to: '0.0.0.0/0', at: [8, 14], says: /every address/ },
  { name: 'a network without prefix', from: '10.1.0.0/16', to: '10.1.0.0', at: [8, 14], says: /prefix/ },
  { name: 'a prefix that is too long', from: '10.1.0.0/16', to: '10.1.0.0/33', at: [8, 14], says: /too long/ },
  { name: 'an address in a short form', from: '10.1.0.0/16', to: '10.1/16', at: [8, 14], says: /no IPv4/ },
  { name: 'an address in octal', from: '10.1.0.0/16', to: '010.1.0.0/16', at: [8, 14], says: /no IPv4/ },
  { name: 'an IPv4 network in disguise', from: 'fd00::/8', to: '::ffff:10.0.0.0/104', at: [8, 27], says: /IPv4/ },
  { name: 'a section there is not', from: '.linux', to: '.linus', at: [15, 24], says: /Invalid option/ },
  {
    name: 'a component in two places',
    from: 'image: 1',
    to: 'image: 1, section: .initrd',
    at: [16, 5],
    says: /exactly one/,
  },
  { name: 'a component in no place', from: 'image: 1, ', to: '', at: [16, 5], says: /exactly one/ },
  { name: 'a component with half a place', from: ', event: 1', to: '', at: [17, 5], says: /exactly one/ },
  { name: 'two components in one place', from: 'image: 1', to: 'section: .linux', at: [16, 5], says: /so does kernel/ },
  {
    name: 'a component without a digest',
    from: /, sha256: .* \}\n {4}comm/,
    to: ' }\n    comm',
    at: [16, 5],
    says: /no digest/,
  },
  { name: 'a position from zero', from: 'image: 1', to: 'image: 0', at: [16, 22], says: /small/ },
  {
    name: 'Secure Boot that is not required',
    from: 'required: true',
    to: 'required: false',
    at: [19, 15],
    says: /true/,
  },
  {
    name: 'no authority',
    from: `{ sha256: ["${hash}"] }\n  waivers`,
    to: '{}\n  waivers',
    at: [20, 5],
    says: /no digest/,
  },
  {
    name: 'a waiver without a reason',
    from: 'reason: vendor says so',
    to: 'reason: " "',
    at: [22, 103],
    says: /small/,
  },
  { name: 'a waiver outside the firmware', from: 'pcr: 1,', to: 'pcr: 8,', at: [22, 14], says: /big/ },
  { name: 'a waiver by text', from: 'pcr: 1,', to: 'pcr: 1, text: x,', at: [22, 17], says: /text/ },
  { name: 'nothing to release on', from: /release:\n[^]*/, to: 'release: {}\n', at: [10, 1], says: /asks for nothing/ },
  {
    name: 'keys more than once in a boot',
    from: 'release:\n',
    to: 'release:\n  oncePerBoot: false\n',
    at: [11, 16],
    says: /true/,
  },
  { name: 'a bank that is not quoted', from: ', sha384]', to: ']', at: [16, 5], says: /sha384 is not quoted/ },
  {
    name: 'a quote without the cap',
    from: 'sha384] }\n',
    to: 'sha384], pcrs: [0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 12] }\n',
    at: [23, 41],
    says: /leaves out PCR 15/,
  },
  {
    name: 'a quote that leaves out what a rule looks at',
    from: 'sha384] }\n',
    to: 'sha384], pcrs: [0, 1, 2, 3, 4, 5, 6, 7, 11, 12, 15] }\n',
    at: [17, 5],
    says: /PCR 9 is not quoted/,
  },
  {
    name: 'a quote of PCR 10',
    from: 'sha384] }\n',
    to: 'sha384], pcrs: [0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 15] }\n',
    at: [23, 69],
    says: /PCR 10 is never quoted/,
  },
  { name: 'no admission', from: /admission:\n.*\n.*\n/, to: '', at: [2, 1], says: /object/ },
  { name: 'a key of JavaScript', from: 'tier: T0', to: '__proto__: T0', at: [6, 1], says: /__proto__/ },
  {
    name: 'a pattern with a blank that is none',
    from: '{ pcr: 9, event: 1, sha256:',
    to: '{ pcr: 9, event: 1, text: { matches: ["[^\u00a0]+ ro"] }, sha256:',
    at: [17, 56],
    says: /a pattern of printable ASCII/,
  },
  {
    name: 'a component that schemas leave out',
    from: '  components:\n',
    to: '  components:\n    __proto__: { image: 7, sha256: [] }\n',
    at: [15, 5],
    says: /^__proto__ is not allowed as a key$/,
  },
  { name: 'a tab', from: '  approval', to: '\tapproval', at: [9, 1], says: /[Tt]ab/ },
  { name: 'an alias', from: 'groups: [web]', to: 'groups: &g [web]\nx: *g', at: [6, 4], says: /alias/ },
  { name: 'a second document', from: /$/, to: '---\nkind: BootPolicy\n', at: [24, 1], says: /multiple documents/ },
  { name: 'a tag', from: 'name: web', to: 'name: !!binary web', at: [3, 16], says: /tags/ },
  { name: 'a tag that changes nothing', from: 'name: web', to: 'name: !!str web', at: [3, 13], says: /tags/ },
  { name: 'a tag of a list', from: 'groups: [web]', to: 'groups: !!seq [web]', at: [5, 15], says: /tags/ },
  { name: 'an older YAML', from: /^/, to: '%YAML 1.1\n---\n', at: [1, 1], says: /directives/ },
  { name: 'a prefix for tags', from: /^/, to: '%TAG !e! tag:x,2026:\n---\n', at: [1, 1], says: /directives/ },
  { name: 'an escape sequence', from: 'name: web', to: 'name: web # \u001b[1A', at: [3, 13], says: /U\+001b/ },
  { name: 'a return without a new line', from: 'tier: T0', to: 'tier: T0 #\rtier: T1', at: [6, 11], says: /U\+000d/ },
  { name: 'a separator of lines', from: 'name: web', to: 'name: web #\u2028x', at: [3, 12], says: /U\+2028/ },
  { name: 'text from right to left', from: 'name: web', to: 'name: web # \u202e1T', at: [3, 13], says: /U\+202e/ },
  { name: 'a mark of byte order', from: /^/, to: '\ufeff', at: [1, 1], says: /U\+feff/ },
  { name: 'no map', from: /[^]*/, to: '- kind\n', at: [1, 1], says: /object/ },
  { name: 'nothing at all', from: /[^]*/, to: '', at: [1, 1], says: /object/ },
]

function errorOf(text: string): PolicyError {
  try {
    parsePolicy(text, 'web.yaml')
  } catch (error) {
    if (error instanceof PolicyError) return error
    throw error
  }
  throw new Error('the policy was accepted')
}

describe('parsePolicy', () => {
  it('reads a policy', () => {
    const policy = parsePolicy(good, 'web.yaml')
    expect(policy.machines).to.deep.equal(['web-1', 'web-2'])
    expect(policy.admission.networks.map(({ text }) => text)).to.deep.equal(['10.1.0.0/16', 'fd00::/8'])
    expect(policy.release.components.map(({ place }) => place)).to.deep.equal([
      { kind: 'section', section: '.linux' },
      { kind: 'image', position: 1 },
      { kind: 'event', pcr: 9, position: 1 },
    ])
    expect([...(policy.release.pcrs.get(7)?.written.get('sha256') ?? [])]).to.deep.equal([hash, other])
  })

  for (const { name, from, to, at, says } of bad)
    it(`refuses ${name}, and says where`, () => {
      expect(good, 'the row changes something').not.to.equal(good.replace(from, to))
      const error = errorOf(good.replace(from, to))
      expect(error.reason).to.match(says)
      expect([error.line, error.column], error.message).to.deep.equal(at)
      expect(error.message).to.match(/^web\.yaml:\d+:\d+: /)
    })

  it('takes keys that are bound to a TPM, and keys that are not', () => {
    const bound = parsePolicy(good.replace('release:\n', 'release:\n  binding: tpm\n'), 'web.yaml')
    expect([bound, parsePolicy(good, 'web.yaml')].map(bindingOf)).to.deep.equal(['tpm', 'session'])
  })

  it('takes T1 for the tier where none is named: T0 has to be said', () => {
    expect(parsePolicy(good.replace('tier: T0\n', ''), 'web.yaml').tier).to.equal('T1')
  })

  it('refuses to admit on what the disk holds alone, unless that is said in so many words', () => {
    const alone = good.replace(/ {2}networks.*\n/, '')
    expect(errorOf(alone).reason).to.match(/acceptDiskOnlyIdentity/)
    const said = parsePolicy(alone.replace('approval: none', 'acceptDiskOnlyIdentity: true'), 'web.yaml')
    expect(said.warnings.join()).to.match(/copy of the disk/)
    expect(
      parsePolicy(alone.replace('approval: none', 'approval: everyBoot'), 'web.yaml').admission.approvals,
    ).to.equal(1)
  })

  it('warns of what a policy does not ask for', () => {
    const bare = good.replace(/release:\n[^]*/, `release: { pcrs: { sha256: { 0: ["${hash}"] } } }\n`)
    expect(parsePolicy(bare, 'web.yaml').warnings.join('\n')).to.match(/T0[^]*PCR 4[^]*PCR 7[^]*PCR 8/)
  })

  for (const [name, text] of Object.entries({
    'maps in maps': '{a: '.repeat(5_000),
    'many keys': Array.from({ length: 20_000 }, (_, n) => `a${n}: 1`).join('\n'),
  }))
    it(`refuses ${name} in bounded time`, () => {
      expect(errorOf(text)).to.be.instanceOf(PolicyError)
    })

  it('refuses a document beyond the limit before it is parsed', () => {
    expect(errorOf(`${good}#${'x'.repeat(1 << 20)}`).reason).to.match(/too long/)
  })
})
