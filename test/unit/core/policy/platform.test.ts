import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import {
  effectiveRules,
  evaluateAdmission,
  examinePlatform,
  parseGroup,
  parsePolicy,
  parseReferenceValues,
  PolicyError,
} from '../../../../core/policy/index.ts'
import { signedToken } from '../../../../agent/boot/simulate/platform-token.ts'
import { draftOf, nonceOf } from '../../../../agent/boot/simulate/simulated-platform.ts'

const now = Date.parse('2025-12-31T12:00:00Z')
const file = 'test/corpus/policies/platforms.yaml'
const written = readFileSync(file, 'utf8')
const library = new Map([['platforms', parseReferenceValues(written, file)]])
const admission = (platform: string) =>
  `kind: BootPolicy\nname: web\ngroups: [web]\nadmission:\n  platform: ${platform}\nrelease: { pcrs: { sha256: { 0: ["${'ab'.repeat(32)}"] } } }\n`
const managed = 'issuer: platforms/manager, audience: bootlatch'

function refusal(parse: () => unknown): string {
  try {
    parse()
  } catch (error) {
    if (error instanceof PolicyError) return error.message
    throw error
  }
  return 'not refused'
}

describe('admission.platform', () => {
  for (const { name, platform, says } of [
    {
      name: 'an issuer that is not there',
      platform: '{ issuer: platforms/other, audience: a }',
      says: 'web.yaml:5:23: there is no platforms/other: apply them first',
    },
    {
      name: 'a document that is not there',
      platform: '{ issuer: clouds/other, audience: a }',
      says: 'web.yaml:5:23: there are no reference values named clouds: apply them first',
    },
    {
      name: 'no audience',
      platform: '{ issuer: platforms/manager }',
      says: 'web.yaml:5:3: does not say for whom documents of platforms/manager are: name an audience',
    },
    {
      name: 'an audience where it carries the nonce',
      platform: '{ issuer: platforms/google, instances: ["1"], audience: a }',
      says: 'web.yaml:5:69: carries the nonce in documents of platforms/google: leave it out',
    },
    {
      name: 'the instances of everybody',
      platform: '{ issuer: platforms/google }',
      says: 'web.yaml:5:3: takes the instances of every customer of platforms/google: name instances or the claim /google/compute_engine/project_id or /google/compute_engine/project_number',
    },
    {
      name: 'an age of hours',
      platform: `{ ${managed}, maxAge: 2h }`,
      says: 'web.yaml:5:71: is longer than an hour',
    },
    {
      name: 'a claim that is no pointer',
      platform: `{ ${managed}, claims: { tenant: a } }`,
      says: 'web.yaml:5:81: a claim is named by a JSON Pointer: /tenant',
    },
    {
      name: 'a value that stands twice',
      platform: `{ ${managed}, claims: { /tenant: [1, 2, 1] } }`,
      says: 'web.yaml:5:89: 1 stands twice',
    },
  ])
    it(`refuses ${name}, and says where`, () => {
      expect(refusal(() => parsePolicy(admission(platform), 'web.yaml', library))).to.equal(says)
    })

  it('is more than the disk holds', () => {
    const policy = parsePolicy(admission(`{ ${managed} }`), 'web.yaml', library)
    expect(policy.references).to.deep.equal(['platforms'])
    expect(policy.warnings.filter((warning) => warning.includes('copy'))).to.deep.equal([])
  })

  it('denies where the server found nothing, whoever has approved', () => {
    const policy = parsePolicy(admission(`{ ${managed} }`), 'web.yaml', library)
    const { outcome } = evaluateAdmission(policy, { peerAddress: '10.0.0.1', approvedBy: ['ann'], nowUnixMs: 0 })
    expect(outcome).to.equal('deny')
  })

  it('says what was claimed, however deep and long it is', async () => {
    const policy = parsePolicy(admission(`{ ${managed}, claims: { /tenant: a } }`), 'web.yaml', library)
    const issuer = library.get('platforms')!.issuers.get('platforms/manager')!
    const said = async (tenant: unknown): Promise<string | undefined> => {
      const { draft, simulated } = draftOf(issuer, { instance: 'vm-1', claims: {}, age: 1 }, nonceOf(1), now)
      const untrustedDocument = new TextEncoder().encode(
        signedToken({ ...draft, claims: { ...draft.claims, aud: 'bootlatch', tenant } }),
      )
      const presented = { untrustedDocument, nonce: nonceOf(1), receivedUnixMs: now }
      const finding = (await examinePlatform(new Set([simulated]), presented)).get(simulated)!
      const platform = { findings: new Map([[issuer, finding]]), knownInstance: undefined }
      const { outcome, reasons } = evaluateAdmission(policy, {
        peerAddress: '',
        approvedBy: [],
        nowUnixMs: now,
        platform,
      })
      expect(outcome).to.equal('deny')
      return reasons.find(({ rule }) => rule.endsWith('claims./tenant'))?.fact
    }
    expect(await said('b')).to.equal('"b"')
    expect(await said(undefined)).to.equal('not claimed')
    expect(await said(null)).to.equal('null')
    expect(await said(['a', ['a'], { a: 1 }])).to.equal('["a",a list or an object,a list or an object]')
    expect(await said({ a: 'a' })).to.equal('a list or an object')
    expect(await said('b'.repeat(20_000))).to.have.lengthOf(257)
  })

  it('is said in words, of a policy and of a group', () => {
    const rules = `{ ${managed}, instances: [vm-1], claims: { /tenant: [7, a] }, otherInstance: refuse }`
    const policy = parsePolicy(admission(rules), 'web.yaml', library)
    const group = parseGroup(
      `kind: Group\nname: web\nrequire: { admission: { platform: { issuer: platforms/google, instances: ["1"] } } }\n`,
      'group.yaml',
      library,
    )
    const words = effectiveRules(policy, group.floor === undefined ? [] : [group.floor])
    expect(
      words.filter(({ rule }) => rule.includes('platform')).map(({ rule, wanted }) => `${rule}: ${wanted}`),
    ).to.deep.equal([
      'admission.platform.issuer: a document by https://vms.example (platforms/manager), made for the request',
      'admission.platform.maxAge: at most 300 s before it',
      'admission.platform.audience: bootlatch',
      'admission.platform.instances: vm-1',
      'admission.platform.claims./tenant: 7 or "a"',
      'admission.platform.otherInstance: no start on another instance',
      'require.admission.platform.issuer: a document by https://accounts.google.com (platforms/google), made for the request',
      'require.admission.platform.maxAge: at most 300 s before it',
      'require.admission.platform.instances: 1',
      'require.admission.platform.otherInstance: approval of a start on another instance',
    ])
  })
})

describe('issuers of ReferenceValues', () => {
  const key = /\{ kid: m-1.*?\}/s.exec(written)?.[0].replaceAll('\n', ' ') ?? ''
  const weak =
    'x_bW4Hv5J88SKiRntjL3R5vnSBOkbnyyAdwJusHpNCI7jArNyJ5QIWDFsDjX-Tz4UWETqEEHzGkm-gle6hDj4ZD2pxUWNJCOfcvRQ1KumRZLa9DN7GKJomwrhwi0F_qjqWPDFzgppp2917w1vVjJLP-w9waGd8VwRCTnExCFJ-8'
  const values = (keys: string, format = 'jwt') =>
    `kind: ReferenceValues\nname: clouds\nissuers:\n  vms: { format: ${format}, issuer: "https://vms.example", keys: [${keys}] }\n`

  it('are read with their keys', () => {
    const { issuers, sets } = parseReferenceValues(values(key), 'clouds.yaml')
    expect([...issuers.keys()]).to.deep.equal(['clouds/vms'])
    expect([...(issuers.get('clouds/vms')?.keys.keys() ?? [])]).to.deep.equal(['m-1'])
    expect(sets.size).to.equal(0)
  })

  for (const { name, text, says } of [
    {
      name: 'a document that says nothing',
      text: 'kind: ReferenceValues\nname: clouds\n',
      says: 'says nothing: name sets or issuers',
    },
    { name: 'no issuers', text: 'kind: ReferenceValues\nname: clouds\nissuers: {}\n', says: 'names no issuer' },
    { name: 'a key that stands twice', text: values(`${key}, ${key}`), says: 'm-1 stands twice' },
    { name: 'no keys', text: values(''), says: 'clouds.yaml:4:60: Too small' },
    { name: 'a private key', text: values(key.replace('use:', 'd: AAAA, use:')), says: 'Unrecognized key: "d"' },
    { name: 'a key for encryption', text: values(key.replace('use: sig', 'use: enc')), says: 'expected "sig"' },
    {
      name: 'a key without algorithm',
      text: values(key.replace('alg: ES256,', '')),
      says: 'expected one of "RS256"|"PS256"|"ES256"|"ES384"|"EdDSA"',
    },
    {
      name: 'an algorithm of another kind of key',
      text: values(key.replace('alg: ES256', 'alg: RS256')),
      says: 'RS256 is for another kind of key',
    },
    {
      name: 'an algorithm of another curve',
      text: values(key.replace('alg: ES256', 'alg: ES384')),
      says: 'ES384 is for another kind of key',
    },
    {
      name: 'no algorithm at all',
      text: values(key.replace('alg: ES256', 'alg: none')),
      says: 'expected one of "RS256"|"PS256"|"ES256"|"ES384"|"EdDSA"',
    },
    { name: 'a point that is on no curve', text: values(key.replace(/ y: (.)./, ' y: $1A')), says: 'is no public key' },
    {
      name: 'a short modulus',
      text: values(`{ kid: w, kty: RSA, alg: RS256, n: "${weak}", e: AQAB }`),
      says: 'has 1024 bits, not 2048 to 8192',
    },
    {
      name: 'a format without a nonce',
      text: values(key, 'aws-instance'),
      says: 'expected one of "jwt"|"google-instance"',
    },
    {
      name: 'a word beside those it knows',
      text: values(key).replace('format:', 'jwks_uri: "https://vms.example/keys", format:'),
      says: 'jwks_uri',
    },
  ])
    it(`refuse ${name}`, () => {
      expect(refusal(() => parseReferenceValues(text, 'clouds.yaml'))).to.contain(says)
    })
})
