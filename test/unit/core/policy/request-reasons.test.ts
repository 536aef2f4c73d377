import { expect } from 'chai'
import { verifyEvidence, type VerifiedEvidence } from '../../../../core/evidence/index.ts'
import { evaluateRelease, parsePolicy } from '../../../../core/policy/index.ts'
import { ALG } from '../../../../core/tpm/index.ts'
import { Attester } from '../../../../agent/boot/simulate/attester.ts'
import { recordedRequest } from '../../../fakes/attester-request.ts'

const attester = new Attester()
const request = recordedRequest('uki')
const [seven, nine] = ['07', '09'].map((byte) => byte.repeat(16)) as [string, string]
const volumes = [7, 9].map((byte) => ({ uuid: new Uint8Array(16).fill(byte), keyslotDigest: new Uint8Array(32) }))
const evidence = verifyEvidence(attester.expectation(), attester.attest({ ...request, volumes }))
const dashed = (hex: string) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
const digest = `sha256: { 0: ["${'ab'.repeat(32)}"] }`

function reasonOf(rule: string, release: string, sinceAdmissionMs?: number, judged: VerifiedEvidence = evidence) {
  const [quote, text] = release.startsWith('quote') ? [`${release}\n`, ''] : ['', `, ${release}`]
  const policy = parsePolicy(
    `kind: BootPolicy\nname: web\nmachines: [web]\n${quote}admission: { approval: everyBoot }\nrelease: { pcrs: { ${digest} }${text} }\n`,
    'web.yaml',
  )
  const { reasons } = evaluateRelease(policy, judged, { tier: 'T1', sinceAdmissionMs })
  const found = reasons.find((reason) => reason.rule === rule)
  return found && `${found.passed}: ${found.fact} | ${found.wanted} | ${found.source}`
}

describe('what a verdict says of a request', () => {
  it('names the volumes that the policy is not about', () => {
    const of = (...uuids: readonly string[]) =>
      reasonOf('release.volumes', `volumes: [${uuids.map(dashed).join(', ')}]`)
    expect(of(seven, nine)).to.equal(`true: 2 volumes | ${seven}, ${nine} | RequestCore`)
    expect(of(seven)).to.equal(`false: volume ${nine} | ${seven} | RequestCore`)
    expect(of('11'.repeat(16))).to.equal(`false: volume ${seven}, ${nine} | ${'11'.repeat(16)} | RequestCore`)
    expect(reasonOf('release.volumes', 'within: 1m')).to.equal(undefined)
  })
  it('tells how long after the admission it came', () => {
    const of = (sinceMs?: number) => reasonOf('release.within', 'within: 15m', sinceMs)
    expect(of(0)).to.equal('true: 0 s after the admission | at most 900 s after it | server clock')
    expect(of(900_000)).to.equal('true: 900 s after the admission | at most 900 s after it | server clock')
    expect(of(900_600)).to.equal('false: 901 s after the admission | at most 900 s after it | server clock')
    expect(of(-1000)).to.equal('false: -1 s after the admission | at most 900 s after it | server clock')
    expect(of()).to.equal('false: nobody knows when it was admitted | at most 900 s after it | server clock')
    expect(reasonOf('release.within', 'validFor: 1m', 0)).to.equal(undefined)
  })
  it('names the banks and PCRs that were not quoted', () => {
    const all = '0, 1, 2, 3, 4, 5, 6, 7, 9, 15'
    const without = (...gone: readonly number[]) => {
      const bank = [...evidence.pcrs.banks.get(ALG.sha256)!].filter(([pcr]) => !gone.includes(pcr))
      return { ...evidence, pcrs: { ...evidence.pcrs, banks: new Map([[ALG.sha256, new Map(bank)]]) } }
    }
    const of = (banks: string, judged: VerifiedEvidence) =>
      reasonOf('quote', `quote: { banks: [${banks}], pcrs: [${all}] }`, 0, judged)
    expect(of('sha256', without())).to.equal(`true: all that is wanted | sha256 of PCR ${all} | quote`)
    expect(of('sha256', without(9, 15))).to.equal(
      `false: not all of sha256; not PCR 9, 15 | sha256 of PCR ${all} | quote`,
    )
    expect(of('sha256, sha512', without())).to.equal(`false: not all of sha512 | sha256, sha512 of PCR ${all} | quote`)
  })
})
