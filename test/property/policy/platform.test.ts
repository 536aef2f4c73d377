import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import fc from 'fast-check'
import { evaluateAdmission, parsePolicy, parseReferenceValues } from '../../../core/policy/index.ts'
import { forgeryNames } from '../../../agent/boot/simulate/platform-forgeries.ts'
import { simulatedPlatform } from '../../../agent/boot/simulate/simulated-platform.ts'

const file = 'test/corpus/policies/platforms.yaml'
const library = new Map([['platforms', parseReferenceValues(readFileSync(file, 'utf8'), file)]])
const nowUnixMs = Date.parse('2025-12-31T12:00:00Z')
const policyOf = (admission: string) =>
  parsePolicy(
    `kind: BootPolicy\nname: web\ngroups: [web]\nadmission: { ${admission} }\nrelease: { pcrs: { sha256: { 0: ["${'ab'.repeat(32)}"] } } }\n`,
    'web.yaml',
    library,
  )

const networks = 'networks: [10.0.0.0/8]'
const strictness = ['', ', instances: [vm-1]', ', maxAge: 30s', ', otherInstance: refuse', ', claims: { /tenant: a }']
const rules = fc
  .subarray(strictness)
  .map((more) => `platform: { issuer: platforms/manager, audience: bootlatch${more.join('')} }`)
const start = fc.record({
  peerAddress: fc.constantFrom('10.0.0.1', '192.0.2.1'),
  approvedBy: fc.constantFrom([], ['ann']),
})
const said = fc.record({
  instance: fc.constantFrom('vm-1', 'vm-2', ''),
  claims: fc.constantFrom({}, { '/aud': 'bootlatch' }, { '/aud': 'bootlatch', '/tenant': 'a' }),
  age: fc.constantFrom(1, 60, 600, -600),
  known: fc.constantFrom(undefined, 'vm-1 at https://vms.example', 'vm-1 at https://pss.example'),
  forged: fc.option(fc.constantFrom(...forgeryNames), { nil: undefined, freq: 2 }),
})

const honest = { instance: 'vm-1', claims: { '/aud': 'bootlatch' }, age: 1, known: undefined, forged: undefined }
describe('a rule about the platform', () => {
  it('admits a start that nothing is wrong with', async () => {
    const policy = policyOf('platform: { issuer: platforms/manager, audience: bootlatch }')
    const platform = await simulatedPlatform(policy, honest, nowUnixMs)
    const facts = { peerAddress: '192.0.2.1', approvedBy: [], nowUnixMs, platform }
    expect(evaluateAdmission(policy, facts).outcome).to.equal('allow')
  })

  it('admits nobody whom the other rules do not admit, and never without a document that holds', async () => {
    const other = policyOf(networks)
    await fc.assert(
      fc.asyncProperty(rules, start, said, async (rule, facts, given) => {
        const policy = policyOf(`${networks}, ${rule}`)
        const platform = await simulatedPlatform(policy, given, nowUnixMs)
        const outcomeWith = (more: object) => evaluateAdmission(policy, { ...facts, nowUnixMs, ...more }).outcome
        expect(outcomeWith({})).to.equal('deny')
        expect(outcomeWith({ platform: { ...platform, findings: new Map() } })).to.equal('deny')
        const outcome = outcomeWith({ platform })
        if (given.forged !== undefined) expect(outcome).to.equal('deny')
        if (outcome === 'allow') expect(evaluateAdmission(other, { ...facts, nowUnixMs }).outcome).to.equal('allow')
        expect(outcomeWith({ platform })).to.equal(outcome)
      }),
      { numRuns: 150 },
    )
  })

  it('admits no more when it asks for more', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...strictness), start, said, async (more, facts, given) => {
        const [loose, strict] = ['', more].map((added) =>
          policyOf(`platform: { issuer: platforms/manager, audience: bootlatch${added} }`),
        )
        const outcomes = await Promise.all(
          [loose!, strict!].map(async (policy) => {
            const platform = await simulatedPlatform(policy, given, nowUnixMs)
            return evaluateAdmission(policy, { ...facts, nowUnixMs, platform }).outcome
          }),
        )
        const worth = { deny: 0, hold: 1, allow: 2 } as const
        expect(worth[outcomes[1]!]).to.be.at.most(worth[outcomes[0]!])
      }),
      { numRuns: 80 },
    )
  })
})
