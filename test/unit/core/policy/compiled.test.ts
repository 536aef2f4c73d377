import { expect } from 'chai'
import { parsePolicy, parseReferenceValues, PolicyError, type Library } from '../../../../core/policy/index.ts'

const [a, b, c] = ['aa', 'bb', 'cc'].map((byte) => byte.repeat(32)) as [string, string, string]
const a384 = 'aa'.repeat(48)
const library: Library = new Map([
  [
    'debian',
    parseReferenceValues(
      [
        'kind: ReferenceValues',
        'name: debian',
        'sets:',
        `  kernel: [{ version: "1", sha256: "${a}" }, { version: "2", sha256: "${b}", sha384: "${a384}" }]`,
        `  wide: [{ version: "1", sha384: "${a384}" }]`,
        '',
      ].join('\n'),
      'debian',
    ),
  ],
])
const policy = (release: string, admission = '{ approval: everyBoot }', more = '') =>
  parsePolicy(
    `kind: BootPolicy\nname: web\ngroups: [web]\n${more}admission: ${admission}\nrelease: ${release}\n`,
    'web.yaml',
    library,
  )
const fine = `{ pcrs: { sha256: { 0: ["${a}"] } } }`

describe('a compiled policy', () => {
  it('has the values of each PCR by bank and reference, in the order of PCRs', () => {
    const { pcrs } = policy(
      `{ pcrs: { sha384: { 7: ["${a384}"] }, sha256: { 7: ["${a}", "${b}"], 4: ["${c}"] }, reference: { 4: [debian/kernel], 0: [debian/kernel] } } }`,
      undefined,
      'quote: { banks: [sha256, sha384] }\n',
    ).release
    const shown = [...pcrs].map(([pcr, { written, references }]) => [
      pcr,
      [...written].map(([bank, values]) => [bank, [...values]]),
      references.map(({ name }) => name),
    ])
    expect(shown).to.deep.equal([
      [0, [], ['debian/kernel']],
      [4, [['sha256', [c]]], ['debian/kernel']],
      [
        7,
        [
          ['sha256', [a, b]],
          ['sha384', [a384]],
        ],
        [],
      ],
    ])
    expect(policy(`{ pcrs: { reference: { 0: [debian/kernel] } } }`).references).to.deep.equal(['debian'])
  })
  it('knows volumes by their bare hexadecimal, and times in milliseconds', () => {
    const { release } = policy(
      `{ pcrs: { sha256: { 0: ["${a}"] } }, volumes: [11E53CB6-d1b5-4e19-90e5-35cfff6a68af], within: 15m }`,
    )
    expect([...release.volumes]).to.deep.equal(['11e53cb6d1b54e1990e535cfff6a68af'])
    expect(release.withinMs).to.equal(900_000)
    expect(policy(fine).release).to.deep.include({ withinMs: undefined, secureBoot: undefined, waivers: [] })
  })
  it('asks for one approval where none is counted, for the quorum where one is, for none where none is asked', () => {
    expect(policy(fine).admission.approvals).to.equal(1)
    expect(policy(fine, '{ approval: everyBoot, quorum: 3 }').admission.approvals).to.equal(3)
    expect(policy(fine, '{ networks: [10.0.0.0/8] }').admission.approvals).to.equal(0)
  })
  it('says a window as it was written, on every day where none is named', () => {
    const windows = (text: string) =>
      policy(fine, `{ networks: [10.0.0.0/8], windows: [${text}] }`).admission.windows.map((window) => ({
        text: window.text,
        days: window.days.size,
        from: window.fromMinute,
        to: window.toMinute,
      }))
    expect(windows('{ from: "08:30", to: "17:05", timeZone: UTC }')).to.deep.equal([
      { text: 'every day 08:30 to 17:05 UTC', days: 7, from: 510, to: 1025 },
    ])
    expect(windows('{ days: [sat, sun], from: "22:00", to: "02:00", timeZone: Europe/Berlin }')).to.deep.equal([
      { text: 'sat, sun 22:00 to 02:00 Europe/Berlin', days: 2, from: 1320, to: 120 },
    ])
  })
  it('holds what dbx has to hold: hashes written out, and those of a set', () => {
    const revoked = (dbx: string) =>
      policy(`{ secureBoot: { required: true, authorities: { sha256: ["${a}"] }, dbx: ${dbx} } }`).release.secureBoot
        ?.revoked
    expect(revoked(`{ sha256: ["${c}"] }`)).to.deep.equal({ name: 'the policy', hashes: [c] })
    expect(revoked('{ reference: debian/kernel }')).to.deep.equal({ name: 'debian/kernel', hashes: [a, b] })
    expect(revoked(`{ sha256: ["${b}", "${c}"], reference: debian/kernel }`)?.hashes).to.have.members([a, b, c])
  })
})

describe('a policy that is refused', () => {
  const components = (text: string) => `{ components: { ${text} } }`
  const secureBoot = (text: string) => `{ secureBoot: { required: true, ${text} } }`
  const place =
    'says where it is measured by image, by section, or by pcr and event: exactly one of them; every event of a pcr, where it gives text'
  const rows: readonly (readonly [name: string, release: string, why: string, at: string, admission?: string])[] = [
    [
      'asks for nothing',
      '{ volumes: [11e53cb6-d1b5-4e19-90e5-35cfff6a68af] }',
      'asks for nothing: name pcrs, components or secureBoot',
      'release',
    ],
    [
      'has a component without a digest',
      components('kernel: { image: 1 }'),
      'names no digest: give sha256, sha384, sha512',
      'kernel',
    ],
    ['has a component without a place', components(`kernel: { sha256: ["${a}"] }`), place, 'kernel'],
    ['has one of two places', components(`kernel: { image: 1, section: .linux, sha256: ["${a}"] }`), place, 'kernel'],
    ['has an image with an event', components(`kernel: { image: 1, event: 1, sha256: ["${a}"] }`), place, 'kernel'],
    [
      'has a section with an event',
      components(`kernel: { section: .linux, event: 1, sha256: ["${a}"] }`),
      place,
      'kernel',
    ],
    ['has a PCR without an event or text', components(`kernel: { pcr: 9, sha256: ["${a}"] }`), place, 'kernel'],
    [
      'has two components of one place',
      components(`x: { image: 1, sha256: ["${a}"] }, y: { image: 1, sha256: ["${b}"] }`),
      'stands for PCR 4, image 1, and so does x',
      'y: {',
    ],
    [
      'has a text that asks for nothing',
      components('line: { pcr: 9, event: 1, text: {} }'),
      'asks for nothing: give equals, must, mustNot, words or matches',
      'text: {}',
    ],
    [
      'has a word twice',
      components('line: { pcr: 9, event: 1, text: { must: [quiet, quiet] } }'),
      'quiet stands twice',
      'quiet]',
    ],
    [
      'has a pattern that is none',
      components('line: { pcr: 9, event: 1, text: { matches: ["("] } }'),
      'no pattern of RE2: ',
      '"("',
    ],
    ['has a digest twice', `{ pcrs: { sha256: { 0: ["${a}", "${a}"] } } }`, `${a} stands twice`, `"${a}"] }`],
    [
      'refers to values that are not there',
      '{ pcrs: { reference: { 0: [ubuntu/kernel] } } }',
      'there are no reference values named ubuntu: apply them first',
      'ubuntu/kernel] }',
    ],
    [
      'refers to a set that is not there',
      '{ pcrs: { reference: { 0: [debian/initrd] } } }',
      'there is no debian/initrd: apply them first',
      'debian/initrd]',
    ],
    [
      'refers to a set twice',
      '{ pcrs: { reference: { 0: [debian/kernel, debian/kernel] } } }',
      'debian/kernel stands twice',
      'debian/kernel]',
    ],
    [
      'has a waiver of nothing',
      `{ pcrs: { sha256: { 0: ["${a}"] } }, waivers: [{ pcr: 1, reason: vendor }] }`,
      'names no digest: give sha256, sha384, sha512',
      '{ pcr: 1',
    ],
    [
      'has authorities of nobody',
      secureBoot('authorities: {}'),
      'names no digest: give sha256, sha384, sha512',
      'authorities',
    ],
    [
      'has a certificate twice',
      secureBoot(`authorities: { certificates: ["${a}", "${a}"] }`),
      `${a} stands twice`,
      `"${a}"] }`,
    ],
    [
      'has a dbx of nothing',
      secureBoot(`authorities: { sha256: ["${a}"] }, dbx: {}`),
      'names no hash: give sha256 or reference',
      'dbx',
    ],
    [
      'has a dbx of other hashes',
      secureBoot(`authorities: { sha256: ["${a}"] }, dbx: { reference: debian/wide }`),
      'has a value without sha256: dbx holds SHA-256 hashes of images',
      'debian/wide',
    ],
    [
      'has a volume twice',
      `{ pcrs: { sha256: { 0: ["${a}"] } }, volumes: [11e53cb6-d1b5-4e19-90e5-35cfff6a68af, 11e53cb6-d1b5-4e19-90e5-35cfff6a68af] }`,
      '11e53cb6-d1b5-4e19-90e5-35cfff6a68af stands twice',
      '11e53cb6-d1b5-4e19-90e5-35cfff6a68af]',
    ],
    ...(['equals', 'must', 'mustNot', 'words', 'matches'] as const).map(
      (key) =>
        [
          `has twice the same of ${key}`,
          components(`line: { pcr: 9, event: 1, text: { ${key}: [x, x] } }`),
          'x stands twice',
          'x] } } } }',
        ] as const,
    ),
    [
      'has two components of one event',
      components(`x: { pcr: 9, event: 2, sha256: ["${a}"] }, y: { pcr: 9, event: 2, sha256: ["${b}"] }`),
      'stands for PCR 9, event 2 of that PCR, and so does x',
      'y: {',
    ],
    [
      'has two components of one section',
      components(`x: { section: .linux, sha256: ["${a}"] }, y: { section: .linux, sha256: ["${b}"] }`),
      'stands for PCR 11, section .linux, and so does x',
      'y: {',
    ],
    [
      'has two rules for every event of a PCR',
      components('x: { pcr: 8, text: { must: [a] } }, y: { pcr: 8, text: { must: [b] } }'),
      'stands for PCR 8, every event of that PCR, and so does x',
      'y: {',
    ],
    [
      'has a component whose set is not there',
      components('x: { image: 1, reference: [debian/kernel, debian/none] }'),
      'there is no debian/none: apply them first',
      'debian/none]',
    ],
    [
      'has an authority whose set is not there',
      secureBoot('authorities: { reference: [debian/none] }'),
      'there is no debian/none: apply them first',
      'debian/none]',
    ],
    [
      'has a waiver whose set is not there',
      `{ pcrs: { sha256: { 0: ["${a}"] } }, waivers: [{ pcr: 1, reason: vendor, reference: [debian/none] }] }`,
      'there is no debian/none: apply them first',
      'debian/none]',
    ],
    [
      'has a dbx whose set is not there',
      secureBoot(`authorities: { sha256: ["${a}"] }, dbx: { reference: debian/none }`),
      'there is no debian/none: apply them first',
      'debian/none }',
    ],
    [
      'has a network that is none',
      fine,
      'a network is written address/prefix',
      '"10.0.0.0"',
      '{ networks: ["10.0.0.0"] }',
    ],
    ['has a network twice', fine, '10.0.0.0/8 stands twice', '10.0.0.0/8]', '{ networks: [10.0.0.0/8, 10.0.0.0/8] }'],
    [
      'counts approvals that it does not ask for',
      fine,
      'counts approvals, but approval is none: say approval: everyBoot',
      '2 }',
      '{ networks: [10.0.0.0/8], quorum: 2 }',
    ],
    [
      'has a window of no length',
      fine,
      'is when it begins: a window of a whole day needs no window',
      '"08:00", timeZone',
      '{ networks: [10.0.0.0/8], windows: [{ from: "08:00", to: "08:00", timeZone: UTC }] }',
    ],
    [
      'has a window nowhere',
      fine,
      'no time zone: Europe/Nowhere',
      'Europe/Nowhere',
      '{ networks: [10.0.0.0/8], windows: [{ from: "08:00", to: "09:00", timeZone: Europe/Nowhere }] }',
    ],
    [
      'has a day twice',
      fine,
      'mon stands twice',
      'mon],',
      '{ networks: [10.0.0.0/8], windows: [{ days: [mon, mon], from: "08:00", to: "09:00", timeZone: UTC }] }',
    ],
    [
      'admits on what the disk holds',
      fine,
      'admits a copy of the disk as it admits the machine: name networks, platform or approval, or say acceptDiskOnlyIdentity: true',
      'admission',
      '{ approval: none }',
    ],
  ]
  for (const [name, release, why, at, admission = '{ approval: everyBoot }'] of rows)
    it(`${name}: says why, and where`, () => {
      const lines = ['kind: BootPolicy', 'name: web', 'groups: [web]', `admission: ${admission}`, `release: ${release}`]
      let error: unknown
      try {
        policy(release, admission)
      } catch (caught) {
        error = caught
      }
      expect(error).to.be.instanceOf(PolicyError)
      const { message } = error as PolicyError
      expect(message).to.include(why)
      const [, line, column] = /^web\.yaml:(\d+):(\d+): /.exec(message) ?? []
      const place = lines[Number(line) - 1]?.slice(Number(column) - 1) ?? ''
      expect(place.slice(0, at.length), message).to.equal(at)
    })
})
