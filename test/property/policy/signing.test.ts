import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import {
  signChange,
  SignatureError,
  signingKeyOf,
  verifyChange,
  type Change,
  type Keyring,
} from '../../../core/signing/index.ts'

const key = generateKeyPairSync('ed25519').privateKey
const signing = signingKeyOf(key)!
const keyring: Keyring = new Map([
  [signing.keyId, { ...signing, engineer: 'ann', untilUnixMs: undefined, isRetired: false }],
])
const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 })
const change: fc.Arbitrary<Change> = fc.record({
  serverId: bytes,
  kind: fc.constantFrom('BootPolicy', 'Signers'),
  name: fc.constantFrom('web', 'db'),
  version: fc.integer({ min: 1, max: 3 }),
  sha256: bytes,
})
const sameText = (left: Change, right: Change): boolean =>
  JSON.stringify(left, (_key, value: unknown) => (value instanceof Uint8Array ? [...value] : value)) ===
  JSON.stringify(right, (_key, value: unknown) => (value instanceof Uint8Array ? [...value] : value))

async function counts(of: Change, text: string): Promise<number> {
  try {
    return (await verifyChange(of, text, keyring, 0)).length
  } catch (error) {
    if (error instanceof SignatureError) return 0
    throw error
  }
}

describe('a signature of a change', () => {
  it('counts for that change and for no other', async () => {
    await fc.assert(
      fc.asyncProperty(change, change, async (signed, asked) => {
        const text = await signChange(signed, key)
        expect(await counts(signed, text)).to.equal(1)
        if (!sameText(signed, asked)) expect(await counts(asked, text)).to.equal(0)
      }),
      { numRuns: 50 },
    )
  })

  it('counts no more when a letter of it is another, unless it still says the same', async () => {
    const letters = fc.constantFrom(...Array.from('Ax0_-="{}[], \n'))
    await fc.assert(
      fc.asyncProperty(change, fc.nat(), letters, async (signed, at, letter) => {
        const text = await signChange(signed, key)
        const where = at % text.length
        const altered = text.slice(0, where) + letter + text.slice(where + 1)
        const meaning = (of: string): string | undefined => {
          try {
            return JSON.stringify(JSON.parse(of))
          } catch {
            return undefined
          }
        }
        if (meaning(altered) !== meaning(text)) expect(await counts(signed, altered), altered).to.equal(0)
      }),
      { numRuns: 150 },
    )
  })

  it('is refused with a typed error, whatever the text', async () => {
    await fc.assert(
      fc.asyncProperty(change, fc.oneof(fc.string(), fc.json()), async (signed, text) => {
        expect(await counts(signed, text)).to.equal(0)
      }),
      { numRuns: 100 },
    )
  })
})
