import { expect } from 'chai'
import { PlatformError, type PlatformIssuer, type VerifiedPlatformDocument } from '../../../../core/evidence/index.ts'
import { type PlatformRule } from '../../../../core/policy/platform-rule.ts'
import { platformReasons, vouchedInstance, type PlatformFinding } from '../../../../core/policy/platform-reasons.ts'

const issuer: PlatformIssuer = {
  name: 'clouds/vms',
  format: 'jwt',
  issuer: 'https://vms.example',
  keys: new Map(),
}
const rule: PlatformRule = {
  issuer,
  audience: undefined,
  instances: new Set(),
  claims: [],
  maxAgeMs: 300_000,
  otherInstance: 'hold',
}
const here = 'vm-1 at https://vms.example'
const elsewhere = 'vm-2 at https://vms.example'
const document = {
  keyId: 'm-1',
  instance: 'vm-1',
  instanceAtIssuer: here,
  claims: { aud: 'bootlatch', tenant: 7 },
  ageMs: 1600,
} as unknown as VerifiedPlatformDocument

interface Start {
  readonly asks?: Partial<PlatformRule>
  readonly says?: Partial<VerifiedPlatformDocument>
  readonly known?: string
  readonly approvedBy?: readonly string[]
}
const standing = (
  finding: PlatformFinding | undefined,
  knownInstance?: string,
  approvedBy: readonly string[] = [],
) => ({
  platform: { findings: new Map(finding && [[issuer, finding]]), knownInstance },
  approvedBy,
})
const startOf = ({ asks, says, known, approvedBy }: Start) =>
  [{ ...rule, ...asks }, standing({ ...document, ...says }, known, approvedBy)] as const

/** The reason of a start that names this rule, without what every one has alike. */
function reasonOf(named: string, start: Start) {
  const [found, ...more] = platformReasons(...startOf(start)).filter(({ rule: by }) => by === named)
  expect(more).to.deep.equal([])
  if (found === undefined) return undefined
  const { code, passed, fact, wanted, source } = found
  expect(source).to.equal('platform document')
  return { code, passed, fact, wanted }
}

describe('platformReasons', () => {
  it('say nothing where no rule asks a platform', () => {
    expect(platformReasons(undefined, standing(document))).to.deep.equal([])
    expect(platformReasons(undefined, { approvedBy: [] })).to.deep.equal([])
  })

  const wanted = 'a document by https://vms.example (clouds/vms) for this request'
  const code = 'admission/platform'
  const source = 'platform document'
  for (const { name, given, fact } of [
    { name: 'nothing was found', given: { approvedBy: ['ann'] }, fact: 'no document was shown' },
    { name: 'none was shown', given: standing(undefined, undefined, ['ann']), fact: 'no document was shown' },
    {
      name: 'it is bad',
      given: standing(new PlatformError('unknown-key', 'm-2'), undefined, ['ann']),
      fact: 'unknown-key: its key is not listed: m-2',
    },
  ])
    it(`are one where ${name}, whoever approves`, () => {
      const only = { code, passed: false, rule: 'admission.platform.issuer', fact, wanted, source }
      expect(platformReasons({ ...rule, audience: 'a', claims: [] }, given)).to.deep.equal([only])
    })

  it('ask the issuer of the rule, and no other', () => {
    const other: PlatformIssuer = { ...issuer, name: 'clouds/others' }
    expect(platformReasons({ ...rule, issuer: other }, standing(document)).map(({ passed }) => passed)).to.deep.equal([
      false,
    ])
  })

  it('name issuer, age and instance where the rule asks for nothing more', () => {
    expect(platformReasons(...startOf({}))).to.deep.equal([
      { code, passed: true, rule: 'admission.platform.issuer', fact: `${here}, by key m-1`, wanted, source },
      {
        code: 'admission/platform-age',
        passed: true,
        rule: 'admission.platform.maxAge',
        fact: 'made 2 s before the request',
        wanted: 'at most 300 s before it',
        source,
      },
      {
        code: 'admission/instance',
        passed: true,
        rule: 'admission.platform.otherInstance',
        fact: `${here}, the first that is known`,
        wanted: 'any, or approval by a person',
        source,
      },
    ])
  })

  it('take a document until it is too old', () => {
    const passed = (ageMs: number) => reasonOf('admission.platform.maxAge', { says: { ageMs } })?.passed
    expect([-60_000, 0, 300_000, 300_001].map(passed)).to.deep.equal([true, true, true, false])
  })
})

describe('what a document has to claim', () => {
  const claim = { code: 'admission/platform-claim' }

  it('is the audience, alone or in a list', () => {
    const audience = (aud: unknown) =>
      reasonOf('admission.platform.audience', { asks: { audience: 'bootlatch' }, says: { claims: { aud } } })
    const wanted = { ...claim, wanted: 'bootlatch' }
    for (const [aud, passed, fact] of [
      ['bootlatch', true, '"bootlatch"'],
      [['others', 'bootlatch'], true, '["others","bootlatch"]'],
      ['bootlatch, others', false, '"bootlatch, others"'],
      [['others'], false, '["others"]'],
      [[], false, '[]'],
      [{ bootlatch: 'bootlatch' }, false, 'a list or an object'],
      [undefined, false, 'not claimed'],
    ] as const)
      expect(audience(aud), fact).to.deep.equal({ ...wanted, passed, fact })
  })

  it('is one of the instances, where some are named', () => {
    const named = (...instances: readonly string[]) =>
      reasonOf('admission.platform.instances', { asks: { instances: new Set(instances) } })
    expect(named()).to.equal(undefined)
    expect(named('vm-0', 'vm-1')).to.deep.equal({ ...claim, passed: true, fact: '"vm-1"', wanted: 'vm-0 or vm-1' })
    expect(named('vm-0', 'vm-10')?.passed).to.equal(false)
    expect(named('v'.repeat(300))?.wanted).to.equal(`${'v'.repeat(256)}…`)
  })

  it('is one of the values of each claim, of the same kind', () => {
    const tenant = (...values: readonly (string | number | boolean)[]) =>
      reasonOf('admission.platform.claims./tenant', {
        asks: { claims: [{ pointer: '/tenant', steps: ['tenant'], values }] },
      })
    expect(tenant('a', 7)).to.deep.equal({ ...claim, passed: true, fact: '7', wanted: '"a" or 7' })
    expect(tenant('7', true)).to.deep.equal({ ...claim, passed: false, fact: '7', wanted: '"7" or true' })
    expect(tenant('x'.repeat(254))?.wanted).to.equal(`"${'x'.repeat(254)}"`)
    expect(tenant('x'.repeat(255))?.wanted).to.equal(`"${'x'.repeat(255)}…`)
  })

  it('is asked claim by claim', () => {
    const claims = ['/a', '/b'].map((pointer) => ({ pointer, steps: [pointer.slice(1)], values: [1] }))
    const reasons = platformReasons(...startOf({ asks: { claims }, says: { claims: { a: 1, b: 2 } } }))
    expect(reasons.slice(2, -1).map(({ rule: by, passed }) => [by, passed])).to.deep.equal([
      ['admission.platform.claims./a', true],
      ['admission.platform.claims./b', false],
    ])
  })
})

describe('a start on another instance', () => {
  const instance = (otherInstance: 'hold' | 'refuse', known?: string, ...approvedBy: readonly string[]) =>
    reasonOf('admission.platform.otherInstance', {
      asks: { otherInstance },
      approvedBy,
      ...(known !== undefined && { known }),
    })

  it('is held for a person, who takes it on', () => {
    const held = { code: 'admission/instance', wanted: `${elsewhere}, or approval by a person` }
    expect(instance('hold', elsewhere)).to.deep.equal({ ...held, passed: false, fact: here })
    expect(instance('hold', elsewhere, 'ann', 'bob')).to.deep.equal({
      ...held,
      passed: true,
      fact: `${here}, approved by ann`,
    })
  })

  it('is refused where the rule says so, whoever approves', () => {
    const refused = { code: 'admission/only-instance', passed: false, fact: here, wanted: elsewhere }
    expect(instance('refuse', elsewhere)).to.deep.equal(refused)
    expect(instance('refuse', elsewhere, 'ann')).to.deep.equal(refused)
  })

  it('is none where nothing is known, or the same: nobody is said to have approved it', () => {
    const first = `${here}, the first that is known`
    for (const [answer, known, fact, wanted] of [
      ['hold', undefined, first, 'any, or approval by a person'],
      ['refuse', undefined, first, 'any'],
      ['hold', here, here, `${here}, or approval by a person`],
      ['refuse', here, here, here],
    ] as const)
      expect(instance(answer, known, 'ann')).to.deep.include({ passed: true, fact, wanted })
  })
})

describe('vouchedInstance', () => {
  it('is the instance of a document that satisfies every rule', () => {
    expect(vouchedInstance(...startOf({}))).to.equal(here)
    expect(vouchedInstance(...startOf({ known: elsewhere, approvedBy: ['ann'] }))).to.equal(here)
  })
  it('is none where one rule is not satisfied, nothing asks, or nothing was shown', () => {
    expect(vouchedInstance(...startOf({ known: elsewhere }))).to.equal(undefined)
    expect(vouchedInstance(...startOf({ says: { ageMs: 300_001 } }))).to.equal(undefined)
    expect(vouchedInstance(undefined, standing(document))).to.equal(undefined)
    expect(vouchedInstance(rule, standing(undefined))).to.equal(undefined)
    expect(vouchedInstance(rule, standing(new PlatformError('signature')))).to.equal(undefined)
    expect(vouchedInstance(rule, { approvedBy: ['ann'] })).to.equal(undefined)
  })
})
