import { expect } from 'chai'
import { evaluateAdmission, parsePolicy, parseReferenceValues, type Library } from '../../../../core/policy/index.ts'
import { refusalOf } from '../../../fakes/refused-document.ts'

const digest = 'ab'.repeat(32)
const textOf = (...sets: readonly string[]) =>
  `kind: ReferenceValues\nname: debian\nsets:\n${sets.map((set) => `  ${set}\n`).join('')}`
const read = (text: string) => parseReferenceValues(text, 'debian.yaml')
const policyText = (admission: string, release: string) =>
  `kind: BootPolicy\nname: web\nmachines: [web]\nadmission: ${admission}\nrelease: ${release}\n`

describe('reference values as they are written', () => {
  it('are in so many sets, each by the name of the document', () => {
    const sets = (count: number) =>
      textOf(...Array.from({ length: count }, (_, n) => `s${n}: [{ version: "1", sha256: "${digest}" }]`))
    const { kind, name, sets: known } = read(sets(256))
    expect([kind, name, known.size]).to.deep.equal(['ReferenceValues', 'debian', 256])
    expect([...known.keys()].slice(0, 2)).to.deep.equal(['debian/s0', 'debian/s1'])
    expect(refusalOf(sets(257), read)[0]).to.equal('too many sets')
  })
  it('are refused where they stand', () => {
    const fine = `kernel: [{ version: "1", sha256: "${digest}" }]`
    expect(refusalOf(textOf(fine, 'shim: [{ version: "1" }]'), read)).to.deep.equal([
      'names no digest: give sha256, sha384, sha512',
      '{ version: "1" }]',
    ])
    const [reason, at] = refusalOf(
      textOf(fine, `shim: [{ version: "1", sha256: "${digest}" }, { version: "2", sha256: "${digest}" }]`),
      read,
    )
    expect([reason, at.slice(0, 14)]).to.deep.equal(['stands twice', '{ version: "2"'])
  })
  it('tell two values apart by all their digests', () => {
    const [a, b] = ['aa'.repeat(48), 'bb'.repeat(48)]
    const set = `k: [{ version: "1", sha256: "${digest}", sha384: "${a}" }, { version: "2", sha256: "${digest}", sha384: "${b}" }]`
    expect(read(textOf(set)).sets.get('debian/k')?.byDigest.get(digest)).to.have.length(2)
  })
  it('are named by a policy in order, each document once', () => {
    const documents = ['ubuntu', 'debian'].map((name) => {
      const text = `kind: ReferenceValues\nname: ${name}\nsets:\n  k: [{ version: "1", sha256: "${digest}" }]\n`
      return [name, parseReferenceValues(text, name)] as const
    })
    const library: Library = new Map(documents)
    const release = '{ pcrs: { reference: { 0: [ubuntu/k, debian/k], 1: [ubuntu/k] } } }'
    const policy = parsePolicy(policyText('{ approval: everyBoot }', release), 'web.yaml', library)
    expect(policy.references).to.deep.equal(['debian', 'ubuntu'])
  })
})

describe('a window', () => {
  const policy = () =>
    parsePolicy(
      policyText(
        '{ networks: [10.0.0.0/8], windows: [{ days: [sun], from: "08:30", to: "09:15", timeZone: UTC }] }',
        `{ pcrs: { sha256: { 0: ["${digest}"] } } }`,
      ),
      'web.yaml',
    )
  for (const [hour, minute, outcome] of [
    [8, 29, 'hold'],
    [8, 30, 'allow'],
    [8, 59, 'allow'],
    [9, 14, 'allow'],
    [9, 15, 'hold'],
  ] as const)
    it(`from half past eight to a quarter past nine says ${outcome} at ${hour}:${minute}`, () => {
      const nowUnixMs = Date.UTC(2026, 10, 22, hour, minute)
      const facts = { peerAddress: '10.0.0.1', approvedBy: [], nowUnixMs }
      expect(evaluateAdmission(policy(), facts).outcome).to.equal(outcome)
    })
})
