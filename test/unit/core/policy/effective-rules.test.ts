import { expect } from 'chai'
import { effectiveRules, parseGroup, parsePolicy } from '../../../../core/policy/index.ts'

const hash = 'ab'.repeat(32)
const policy = parsePolicy(
  `kind: BootPolicy
name: web
machines: [web-1]
tier: T3
admission:
  networks: [10.0.0.0/8]
  approval: everyBoot
  quorum: 2
  windows: [{ days: [mon], from: "08:00", to: "10:00", timeZone: UTC }]
  acceptDiskOnlyIdentity: true
release:
  pcrs: { sha256: { 0: ["${hash}"] } }
  components: { kernel: { image: 1, sha256: ["${hash}"] }, line: { pcr: 9, event: 1, text: { must: [quiet] } } }
  secureBoot: { required: true, authorities: { certificates: ["${hash}"] }, dbx: { sha256: ["${hash}"] }, sbatLevel: 2023012900 }
  waivers: [{ pcr: 1, sha256: ["${hash}"], reason: known }]
  volumes: [11e53cb6-d1b5-4e19-90e5-35cfff6a68af]
  binding: tpm
  within: 15m
  validFor: 1h
`,
  'web.yaml',
)
const floor = (text: string) => parseGroup(`kind: Group\nname: all\nrequire: ${text}\n`, 'all.yaml').floor!

describe('effectiveRules', () => {
  it('tells every rule of a policy, with what satisfies it', () => {
    expect(effectiveRules(policy, []).map(({ name, rule, wanted }) => `${name} | ${rule} | ${wanted}`)).to.deep.equal([
      'web | tier | T3',
      'web | quote | sha256 of PCR 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15',
      'web | admission.networks | 10.0.0.0/8',
      'web | admission.approval | approval of every boot by 2 people',
      'web | admission.windows | mon 08:00 to 10:00 UTC',
      'web | admission.acceptDiskOnlyIdentity | nothing beyond the disk',
      `web | release.pcrs.0 | sha256 ${hash}`,
      `web | release.components.kernel | PCR 4, image 1: sha256 ${hash}`,
      'web | release.components.line | PCR 9, event 1 of that PCR: with quiet',
      'web | release.secureBoot.required | Secure Boot is on',
      `web | release.secureBoot.authorities | a certificate of ${hash}`,
      'web | release.secureBoot.dbx | all 1 of the policy',
      'web | release.secureBoot.sbatLevel | 2023012900 or later',
      'web | release.volumes | 11e53cb6d1b54e1990e535cfff6a68af',
      'web | release.within | at most 900 s after the admission',
      'web | release.validFor | at most 3600 s after the release',
      `web | release.waivers.0 | PCR 1 may hold sha256 ${hash}: known`,
      'web | release.binding | keys bound to the TPM and this boot',
      'web | release.oncePerBoot | keys once in a boot',
    ])
  })
  it('tells what groups require, where there is no policy as well', () => {
    const all = floor(
      '{ tier: T1, quote: { banks: [sha384] }, admission: { approval: everyBoot, offDiskFactor: required }, release: { waivers: none, binding: tpm } }',
    )
    expect(effectiveRules(undefined, [all])).to.deep.equal([
      { kind: 'Group', name: 'all', rule: 'require.tier', wanted: 'T1 or higher' },
      { kind: 'Group', name: 'all', rule: 'require.quote', wanted: 'sha384' },
      { kind: 'Group', name: 'all', rule: 'require.admission.approval', wanted: 'approval of every boot by a person' },
      { kind: 'Group', name: 'all', rule: 'require.admission.offDiskFactor', wanted: 'more than the disk holds' },
      { kind: 'Group', name: 'all', rule: 'require.release.waivers', wanted: 'every event understood, none waived' },
      { kind: 'Group', name: 'all', rule: 'require.release.binding', wanted: 'keys bound to the TPM and this boot' },
    ])
  })
  it('tells that keys are bound to the request, where nobody says more', () => {
    const plain = parsePolicy(
      `kind: BootPolicy\nname: web\nmachines: [web-1]\nadmission: { networks: [10.0.0.0/8] }\nrelease: { pcrs: { sha256: { 0: ["${hash}"] } } }\n`,
      'web.yaml',
    )
    const rules = effectiveRules(plain, [floor('{ tier: T0 }')])
    expect(rules.find(({ rule }) => rule === 'release.binding')?.wanted).to.equal('keys bound to the request')
    expect(rules.at(-1)).to.deep.equal({ kind: 'Group', name: 'all', rule: 'require.tier', wanted: 'T0 or higher' })
  })
})
