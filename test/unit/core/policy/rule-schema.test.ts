import { expect } from 'chai'
import {
  admissionRules,
  policyLimits,
  releaseRules,
  setNames,
  waiverRules,
} from '../../../../core/policy/rule-schema.ts'

const hash = 'ab'.repeat(32)
const digests = { sha256: [hash] }
const many = <Value>(count: number, make: (at: number) => Value) => Array.from({ length: count }, (_, at) => make(at))
const named = <Value>(count: number, make: (at: number) => Value) =>
  Object.fromEntries(many(count, (at) => [`n${at}`, make(at)]))
const platform = (more: object) => ({ issuer: 'clouds/vms', ...more })
const component = (more: object) => ({ kernel: { section: '.linux', ...digests, ...more } })
const window = (more: object) => [{ from: '08:30', to: '17:00', timeZone: 'Europe/Berlin', ...more }]
const boot = (more: object) => ({ required: true, authorities: digests, ...more })

/** What each word of a policy takes, at the ends of its range, and what lies just beyond. */
const words = [
  {
    word: 'quorum',
    schema: admissionRules.quorum,
    takes: [undefined, 1, policyLimits.approvals],
    refuses: [0, policyLimits.approvals + 1, 1.5, '2', null],
  },
  {
    word: 'approvalValidFor',
    schema: admissionRules.approvalValidFor,
    takes: [undefined, '1s', '15m', '99999h'],
    refuses: ['0s', '05m', '100000s', '5', '5d', '5 m', '-5m', 5, ' 5m', '5m\n'],
  },
  {
    word: 'networks',
    schema: admissionRules.networks,
    takes: [undefined, ['10.0.0.0/8'], many(policyLimits.networks, String)],
    refuses: [[], many(policyLimits.networks + 1, String), 'x', [1]],
  },
  {
    word: 'windows',
    schema: admissionRules.windows,
    takes: [
      undefined,
      window({}),
      window({ from: '00:00', to: '23:59', days: ['mon', 'sun'] }),
      many(policyLimits.windows, () => window({})[0]),
    ],
    refuses: [
      [],
      many(policyLimits.windows + 1, () => window({})[0]),
      window({ from: '24:00' }),
      window({ from: '8:30' }),
      window({ to: '12:60' }),
      window({ to: '12:30:00' }),
      window({ days: [] }),
      window({ days: ['someday'] }),
      window({ timeZone: '' }),
      window({ timeZone: 'x'.repeat(65) }),
      window({ more: 1 }),
    ],
  },
  {
    word: 'platform',
    schema: admissionRules.platform,
    takes: [
      undefined,
      platform({ audience: 'a', maxAge: '1h', otherInstance: 'refuse' }),
      platform({ audience: '!'.repeat(256) }),
      platform({ instances: ['i', '~'.repeat(255)] }),
      platform({ instances: many(policyLimits.instances, String) }),
      platform({ claims: named(policyLimits.claims, () => 'x') }),
      platform({ claims: { '/a': ['x', 1, true], '/b': -7, '/c': false, '/d': 'x'.repeat(1024) } }),
    ],
    refuses: [
      {},
      { issuer: 'vms' },
      { issuer: 'clouds/vms/more' },
      { issuer: '-clouds/vms' },
      platform({ audience: '' }),
      platform({ audience: 'a b' }),
      platform({ audience: '!'.repeat(257) }),
      platform({ instances: [] }),
      platform({ instances: [''] }),
      platform({ instances: ['~'.repeat(256)] }),
      platform({ instances: many(policyLimits.instances + 1, String) }),
      platform({ claims: {} }),
      platform({ claims: named(policyLimits.claims + 1, () => 'x') }),
      platform({ claims: { '/a': [] } }),
      platform({ claims: { '/a': '' } }),
      platform({ claims: { '/a': 1.5 } }),
      platform({ claims: { '/a': null } }),
      platform({ claims: { '/a': 'x'.repeat(1025) } }),
      platform({ otherInstance: 'allow' }),
      platform({ more: 1 }),
    ],
  },
  {
    word: 'pcrs',
    schema: releaseRules.pcrs,
    takes: [
      undefined,
      { sha256: { 0: [hash], 15: [hash] } },
      { sha384: { 7: ['ab'.repeat(48)] }, sha512: { 7: ['ab'.repeat(64)] } },
      { sha256: { 0: many(policyLimits.digests, () => hash) } },
      { reference: { 4: ['linux/kernel'] } },
    ],
    refuses: [
      { sha256: {} },
      { reference: {} },
      { sha256: { 16: [hash] } },
      { sha256: { '01': [hash] } },
      { sha256: { 0: [] } },
      { sha256: { 0: [`${hash}ab`] } },
      { sha256: { 0: many(policyLimits.digests + 1, () => hash) } },
      { sha1: { 0: ['ab'.repeat(20)] } },
      { reference: { 4: [] } },
      { reference: { 4: ['kernel'] } },
    ],
  },
  {
    word: 'components',
    schema: releaseRules.components,
    takes: [
      undefined,
      component({}),
      named(policyLimits.components, () => digests),
      component({ image: 1, pcr: 15, event: policyLimits.components }),
      component({ text: { equals: ['x'.repeat(4096)], must: ['x'.repeat(512)], words: ['x'.repeat(256)] } }),
      component({ text: { equals: many(policyLimits.words, String) } }),
      component({ text: { equals: ['a b'] } }),
    ],
    refuses: [
      {},
      named(policyLimits.components + 1, () => digests),
      { 'a b': digests },
      component({ image: 0 }),
      component({ image: policyLimits.components + 1 }),
      component({ pcr: 16 }),
      component({ pcr: -1 }),
      component({ section: '.nothing' }),
      component({ text: { equals: [] } }),
      component({ text: { equals: [''] } }),
      component({ text: { equals: ['x\ty'] } }),
      component({ text: { equals: ['x'.repeat(4097)] } }),
      component({ text: { must: ['a b'] } }),
      component({ text: { mustNot: ['x'.repeat(513)] } }),
      component({ text: { words: [''] } }),
      component({ text: { matches: ['x'.repeat(257)] } }),
      component({ text: { equals: many(policyLimits.words + 1, String) } }),
      component({ text: { more: ['x'] } }),
      component({ more: 1 }),
    ],
  },
  {
    word: 'secureBoot',
    schema: releaseRules.secureBoot,
    takes: [
      undefined,
      boot({}),
      boot({ sbatLevel: 2_000_000_000 }),
      boot({ sbatLevel: 2_999_999_999 }),
      boot({ authorities: { certificates: [hash] } }),
      boot({ dbx: { sha256: many(policyLimits.hashes, () => hash), reference: 'uefi/dbx' } }),
    ],
    refuses: [
      {},
      boot({ required: false }),
      boot({ authorities: undefined }),
      boot({ sbatLevel: 1_999_999_999 }),
      boot({ sbatLevel: 3_000_000_000 }),
      boot({ sbatLevel: '2023012900' }),
      boot({ authorities: { certificates: [] } }),
      boot({ dbx: { sha256: [] } }),
      boot({ dbx: { sha256: many(policyLimits.hashes + 1, () => hash) } }),
      boot({ dbx: { reference: ['uefi/dbx'] } }),
    ],
  },
  {
    word: 'volumes',
    schema: releaseRules.volumes,
    takes: [undefined, ['6b1f1fdc-0c2f-4a1e-9d1b-7d0c5a0e2f11']],
    refuses: [[], ['root'], many(policyLimits.volumes + 1, () => '6b1f1fdc-0c2f-4a1e-9d1b-7d0c5a0e2f11')],
  },
  {
    word: 'waivers',
    schema: waiverRules,
    takes: [
      undefined,
      [{ pcr: 0, ...digests, reason: 'x' }],
      [{ pcr: 7, reference: ['a/b'], reason: 'x'.repeat(1000) }],
      many(policyLimits.waivers, () => ({ pcr: 1, ...digests, reason: 'x' })),
    ],
    refuses: [
      [],
      [{ pcr: 8, ...digests, reason: 'x' }],
      [{ pcr: 1, ...digests }],
      [{ pcr: 1, ...digests, reason: '  ' }],
      [{ pcr: 1, ...digests, reason: 'x'.repeat(1001) }],
      [{ pcr: 1, ...digests, reason: 'x', type: 5 }],
      many(policyLimits.waivers + 1, () => ({ pcr: 1, ...digests, reason: 'x' })),
    ],
  },
  {
    word: 'reference',
    schema: setNames,
    takes: [['a/b'], many(16, (at) => `a/b${at}`), [`${'a'.repeat(63)}/${'b'.repeat(63)}`]],
    refuses: [[], many(17, (at) => `a/b${at}`), ['a'], ['a/'], ['/b'], ['a/.b'], [`${'a'.repeat(64)}/b`], ['a/b\n']],
  },
]

describe('the words of a policy', () => {
  for (const { word, schema, takes, refuses } of words) {
    it(`${word} takes what it is for, up to its limits`, () => {
      for (const value of takes) {
        const { error } = schema.safeParse(value)
        expect(error?.issues ?? [], JSON.stringify([value]).slice(0, 80)).to.deep.equal([])
      }
    })
    it(`${word} refuses what lies beyond them`, () => {
      for (const value of refuses)
        expect(schema.safeParse(value).success, JSON.stringify(value).slice(0, 80)).to.equal(false)
    })
  }

  it('say what is missing where a map is empty, and what is too much', () => {
    const saying = (
      schema: { safeParse(value: unknown): { error?: { issues: { message: string }[] } | undefined } },
      value: unknown,
    ) => schema.safeParse(value).error?.issues.map(({ message }) => message)
    expect(saying(releaseRules.pcrs, { sha256: {} })).to.deep.equal(['names no PCR'])
    expect(saying(releaseRules.components, {})).to.deep.equal(['names no component'])
    expect(
      saying(
        releaseRules.components,
        named(257, () => digests),
      ),
    ).to.deep.equal(['too many components'])
    expect(saying(admissionRules.platform, platform({ claims: {} }))).to.deep.equal(['names no claim'])
    expect(saying(admissionRules.platform, platform({ claims: named(33, () => 'x') }))).to.deep.equal([
      'too many claims',
    ])
  })

  it('mean something where they are left out', () => {
    expect(admissionRules.approval.parse(undefined)).to.equal('none')
    expect(admissionRules.forks.parse(undefined)).to.equal('hold')
    expect(admissionRules.platform.parse(platform({}))).to.deep.include({ maxAge: '5m', otherInstance: 'hold' })
  })
})
