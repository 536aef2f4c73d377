import { expect } from 'chai'
import { parsePolicy } from '../../../../core/policy/index.ts'

const hash = 'ab'.repeat(32)
const warnings = (release: string, admission = '{ networks: [10.0.0.0/8] }', tier = 'T1') =>
  parsePolicy(
    `kind: BootPolicy\nname: web\ngroups: [web]\ntier: ${tier}\nadmission: ${admission}\nrelease: ${release}\n`,
    'test',
  ).warnings
const secureBoot = `secureBoot: { required: true, authorities: { sha256: ["${hash}"] } }`
const pcrs = (...named: readonly number[]) =>
  `pcrs: { sha256: { ${named.map((pcr) => `${pcr}: ["${hash}"]`).join(', ')} } }`

const noImages = 'nothing is asked of PCR 4: any boot loader and kernel image may have run'
const noOrder =
  'nothing is asked of PCR 4 but that an image is on record: an authority that vouched for one (a driver, an option ROM) shows nothing of the others'
const noSecureBoot = 'nothing is asked of Secure Boot (PCR 7)'
const noWords = 'nothing is asked of PCR 8, 9, 11 and 12: any command line and initrd may have been used'
const noInitrd = 'nothing is asked of PCR 9 and 11: any initrd may have been used'
const noCommandLine =
  'nothing is asked of PCR 8, 11 and 12: a command line shows only where the kernel measures it into PCR 9'
const noDrivers =
  'nothing is asked of PCR 2: a driver that a boot option names stands there like an option ROM, and any may have run'

describe('what a policy leaves open', () => {
  const rows: readonly (readonly [release: string, expected: readonly string[]])[] = [
    [`{ ${pcrs(0)} }`, [noImages, noSecureBoot, noWords]],
    [`{ ${pcrs(4)} }`, [noSecureBoot, noDrivers, noWords]],
    [`{ ${pcrs(7)} }`, [noImages, noWords]],
    [`{ ${pcrs(2, 4, 7, 9)} }`, [noCommandLine]],
    [`{ ${pcrs(2, 4, 7, 8, 9)} }`, []],
    [`{ ${pcrs(2, 4, 7, 11)} }`, []],
    [`{ ${pcrs(4, 7, 11)} }`, [noDrivers]],
    [`{ ${secureBoot} }`, [noOrder, noWords]],
    [`{ ${secureBoot}, ${pcrs(4)} }`, [noWords]],
    [`{ ${secureBoot}, components: { loader: { image: 1, sha256: ["${hash}"] } } }`, [noWords]],
    [`{ ${secureBoot}, ${pcrs(4, 8)} }`, [noInitrd]],
    [`{ ${secureBoot}, ${pcrs(4, 12)} }`, [noInitrd]],
    [`{ ${secureBoot}, ${pcrs(4, 9, 12)} }`, []],
    [`{ ${secureBoot}, ${pcrs(4)}, components: { kernel: { section: .linux, sha256: ["${hash}"] } } }`, []],
  ]
  for (const [release, expected] of rows)
    it(`is ${expected.length === 0 ? 'nothing' : expected.map((line) => line.slice(0, 40)).join('; ')} for ${release.replaceAll(hash, '*')}`, () => {
      expect(warnings(release)).to.deep.equal(expected)
    })

  it('is what a loader starts that measures nothing: PCRs that are to hold zeros say so', () => {
    const zeros = (...named: readonly number[]) => named.map((pcr) => `${pcr}: ["${'00'.repeat(32)}"]`).join(', ')
    const rest = `2: ["${hash}"], 4: ["${hash}"], 7: ["${hash}"]`
    expect(warnings(`{ pcrs: { sha256: { ${rest}, ${zeros(8, 9, 11, 12)} } } }`)).to.deep.equal([noWords])
    expect(
      warnings(`{ pcrs: { sha256: { ${rest}, ${zeros(8, 11, 12)}, 9: ["${hash}", "${'00'.repeat(32)}"] } } }`),
    ).to.deep.equal([noCommandLine])
  })

  it('is what a unified kernel image is given, where PCR 13 is not quoted', () => {
    const release = `{ ${pcrs(2, 4, 7)}, components: { kernel: { section: .linux, sha256: ["${hash}"] } } }`
    const quoted = `${release}\nquote: { pcrs: [0, 1, 2, 3, 4, 5, 6, 7, 11, 12, 15] }`
    expect(warnings(quoted)).to.deep.equal([
      'PCR 13 is not quoted: system extensions that the image is given stay unseen',
    ])
    expect(warnings(quoted.replace('12, 15', '12, 13, 15'))).to.deep.equal([])
  })

  it('is what a guest can say of itself, and what a copy of a disk can do', () => {
    const whole = `{ ${pcrs(2, 4, 7, 11)} }`
    expect(warnings(whole, '{ networks: [10.0.0.0/8] }', 'T0')).to.deep.equal([
      'tier T0: the guest measures itself; who can write its boot partition offline defeats the measurement',
    ])
    for (const tier of ['T2', 'T3'] as const)
      expect(warnings(whole, '{ networks: [10.0.0.0/8] }', tier).join()).to.match(
        new RegExp(`^tier ${tier}: no machine`),
      )
    expect(warnings(whole, '{ acceptDiskOnlyIdentity: true }')).to.deep.equal([
      'acceptDiskOnlyIdentity: a copy of the disk is admitted like the machine itself',
    ])
    expect(warnings(whole, '{ acceptDiskOnlyIdentity: true, approval: everyBoot }')).to.deep.equal([])
  })
})
