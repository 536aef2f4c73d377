import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { PlatformError, verifyPlatformDocument, type PlatformProblem } from '../../../../../core/evidence/index.ts'
import { parseReferenceValues } from '../../../../../core/policy/index.ts'
import { forgeries, type forgeryNames } from '../../../../../agent/boot/simulate/platform-forgeries.ts'
import { signedToken, type TokenDraft } from '../../../../../agent/boot/simulate/platform-token.ts'
import { draftOf, nonceOf } from '../../../../../agent/boot/simulate/simulated-platform.ts'

const file = 'test/corpus/policies/platforms.yaml'
const { issuers } = parseReferenceValues(readFileSync(file, 'utf8'), file)
const receivedUnixMs = Date.parse('2025-12-31T12:00:00Z')
const nonce = nonceOf(1)

function documentOf(name: string, age = 1) {
  const { draft, simulated } = draftOf(
    issuers.get(`platforms/${name}`)!,
    { instance: 'vm-1', claims: {}, age },
    nonce,
    receivedUnixMs,
  )
  const verify = (text: string, at = receivedUnixMs, bound = nonce) =>
    verifyPlatformDocument(simulated, {
      untrustedDocument: new TextEncoder().encode(text),
      nonce: bound,
      receivedUnixMs: at,
    })
  return { draft, simulated, verify }
}

async function problemOf(verifying: Promise<unknown>): Promise<PlatformProblem | undefined> {
  try {
    await verifying
    return undefined
  } catch (error) {
    if (error instanceof PlatformError) return error.problem
    throw error
  }
}

const problems: Readonly<Record<(typeof forgeryNames)[number], PlatformProblem>> = {
  unsigned: 'malformed',
  noneAlgorithm: 'algorithm',
  macByPublicKey: 'algorithm',
  otherAlgorithm: 'algorithm',
  embeddedKey: 'header',
  keyAddress: 'header',
  certificates: 'header',
  critical: 'header',
  otherType: 'header',
  unlistedKey: 'unknown-key',
  withoutKeyId: 'header',
  otherKey: 'signature',
  alteredClaims: 'signature',
  truncated: 'malformed',
  padded: 'malformed',
  encrypted: 'malformed',
  claimsInList: 'malformed',
  empty: 'malformed',
  otherRequest: 'nonce',
  withoutNonce: 'nonce',
  severalNonces: 'nonce',
  otherIssuer: 'issuer',
  withoutIssuer: 'issuer',
  expired: 'time',
  timeless: 'time',
  endless: 'time',
  fromTheFuture: 'time',
  notYet: 'time',
  nameless: 'instance',
  namedInWords: 'instance',
}

describe('verifyPlatformDocument', () => {
  for (const name of ['manager', 'pss', 'p384', 'edwards', 'google'])
    it(`takes a document by ${name}, and says of which instance it is`, async () => {
      const { draft, simulated, verify } = documentOf(name)
      const verified = await verify(signedToken(draft))
      expect(verified.instance).to.equal('vm-1')
      expect(verified.instanceAtIssuer).to.equal(`vm-1 at ${simulated.issuer}`)
      expect(verified.ageMs).to.equal(1000)
      expect([...simulated.keys.keys()]).to.deep.equal([verified.keyId])
    })

  for (const [name, problem] of Object.entries(problems))
    for (const issuer of ['manager', 'google'])
      it(`refuses a forgery in the name of ${issuer}: ${name} (${problem})`, async () => {
        const { draft, simulated, verify } = documentOf(issuer)
        const forged = forgeries[name as keyof typeof forgeries](draft, simulated.format)
        expect(await problemOf(verify(forged))).to.equal(problem)
      })

  it('refuses a document for another request, machine or server', async () => {
    const { draft, verify } = documentOf('manager')
    expect(await problemOf(verify(signedToken(draft), receivedUnixMs, nonceOf(2)))).to.equal('nonce')
  })

  it('refuses a document that another issuer of the list has signed', async () => {
    const [manager, pss] = [documentOf('manager'), documentOf('pss')]
    expect(await problemOf(manager.verify(signedToken(pss.draft)))).to.equal('unknown-key')
  })

  const minute = 60_000
  for (const { name, at, problem } of [
    { name: 'a minute before it was made', at: -minute - 1000, problem: undefined },
    { name: 'more than a minute before it was made', at: -minute - 1001, problem: 'time' },
    { name: 'a minute after its end', at: 299_000 + minute - 1, problem: undefined },
    { name: 'more than a minute after its end', at: 299_000 + minute, problem: 'time' },
  ])
    it(`${problem === undefined ? 'takes' : 'refuses'} a document that comes ${name}: clocks differ`, async () => {
      const { draft, verify } = documentOf('manager')
      expect(await problemOf(verify(signedToken(draft), receivedUnixMs + at))).to.equal(problem)
    })

  it('counts a key until its time, by when the document came', async () => {
    const { draft, verify } = documentOf('former')
    const until = Date.parse('2026-01-01T00:00:00Z')
    const dated = (at: number): TokenDraft => ({
      ...draft,
      claims: { ...draft.claims, iat: at / 1000 - 5, exp: at / 1000 + 60 },
    })
    expect(await problemOf(verify(signedToken(dated(until)), until - 1))).to.equal(undefined)
    expect(await problemOf(verify(signedToken(dated(until)), until))).to.equal('expired-key')
  })

  it('names the key that is missing, so that a person can list it', async () => {
    const { draft, verify } = documentOf('manager')
    const error = await verify(forgeries.unlistedKey(draft)).catch((thrown: unknown) => thrown)
    expect((error as PlatformError).message).to.equal('its key is not listed: forger')
  })

  it('refuses more bytes than any document has, and bytes that are no text', async () => {
    const { draft, simulated, verify } = documentOf('manager')
    expect(await problemOf(verify(`${'a'.repeat(1 << 16)}.${signedToken(draft)}`))).to.equal('malformed')
    const untrustedDocument = Uint8Array.from([0xff, 0x2e, 0x80, 0x2e, 0x81])
    expect(await problemOf(verifyPlatformDocument(simulated, { untrustedDocument, nonce, receivedUnixMs }))).to.equal(
      'malformed',
    )
  })

  it('takes a fractional time, and no text in its place', async () => {
    const { draft, verify } = documentOf('manager')
    const withTime = (iat: unknown) => signedToken({ ...draft, claims: { ...draft.claims, iat } })
    const iat = receivedUnixMs / 1000 - 0.5
    expect((await verify(withTime(iat))).ageMs).to.equal(500)
    for (const odd of [String(iat), [iat], -1, 1e12, null, true])
      expect(await problemOf(verify(withTime(odd)))).to.equal('time')
  })
})
