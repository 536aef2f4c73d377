import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import fc from 'fast-check'
import { PlatformError, verifyPlatformDocument } from '../../../core/evidence/index.ts'
import { parseReferenceValues } from '../../../core/policy/index.ts'
import { signedToken } from '../../../agent/boot/simulate/platform-token.ts'
import { draftOf, nonceOf } from '../../../agent/boot/simulate/simulated-platform.ts'

const file = 'test/corpus/policies/platforms.yaml'
const { issuers } = parseReferenceValues(readFileSync(file, 'utf8'), file)
const receivedUnixMs = Date.parse('2025-12-31T12:00:00Z')
const nonce = nonceOf(1)

const honest = ['manager', 'pss', 'p384', 'edwards', 'google'].map((name) => {
  const issuer = issuers.get(`platforms/${name}`)!
  const { draft, simulated } = draftOf(issuer, { instance: 'vm-1', claims: {}, age: 1 }, nonce, receivedUnixMs)
  return { issuer: simulated, document: new TextEncoder().encode(signedToken(draft)) }
})
const anyHonest = fc.constantFrom(...honest)

/** Whether it counts; anything but a PlatformError is our mistake and fails the test. */
async function counts(issuer: (typeof honest)[number]['issuer'], untrustedDocument: Uint8Array, bound = nonce) {
  try {
    await verifyPlatformDocument(issuer, { untrustedDocument, nonce: bound, receivedUnixMs })
    return true
  } catch (error) {
    if (error instanceof PlatformError) return false
    throw error
  }
}

describe('a platform document', () => {
  it('counts as it was made', async () => {
    for (const { issuer, document } of honest) expect(await counts(issuer, document)).to.equal(true)
  })

  it('counts for nothing once a byte of it is another, is missing or was put in', async () => {
    await fc.assert(
      fc.asyncProperty(anyHonest, fc.nat(), fc.integer({ min: 1, max: 255 }), async ({ issuer, document }, at, by) => {
        const where = at % document.length
        const altered = document.slice()
        altered[where] = (altered[where] ?? 0) ^ by
        const shorter = Uint8Array.from([...document.slice(0, where), ...document.slice(where + 1)])
        const longer = Uint8Array.from([...document.slice(0, where), by, ...document.slice(where)])
        for (const bytes of [altered, shorter, longer, document.slice(0, where)])
          expect(await counts(issuer, bytes)).to.equal(false)
      }),
      { numRuns: 150 },
    )
  })

  it('counts for nothing under another nonce', async () => {
    await fc.assert(
      fc.asyncProperty(anyHonest, fc.uint8Array({ maxLength: 64 }), async ({ issuer, document }, other) => {
        expect(await counts(issuer, document, other)).to.equal(false)
      }),
      { numRuns: 30 },
    )
  })

  it('counts for its own issuer alone', async () => {
    for (const { issuer, document } of honest)
      for (const other of honest)
        expect(await counts(other.issuer, document)).to.equal(other.issuer.name === issuer.name)
  })

  it('may be any bytes', async () => {
    const text = fc.string({ unit: fc.constantFrom('.', 'a', 'A', '0', '-', '_', '=', '{'), maxLength: 60 })
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      text.map((written) => new TextEncoder().encode(written)),
    )
    await fc.assert(
      fc.asyncProperty(anyHonest, bytes, async ({ issuer }, untrusted) => {
        expect(await counts(issuer, untrusted)).to.equal(false)
      }),
      { numRuns: 200 },
    )
  })
})
