import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import { CompactEncrypt } from 'jose'
import { WireError } from '../../../../core/bytes/index.ts'
import { OneTimeKey, SealedError, sealPurpose, sealTo, p256PublicKey } from '../../../../core/keys/index.ts'

const freshKey = () => new OneTimeKey(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey)
const binding = { purpose: sealPurpose.release, bootId: new Uint8Array(16).fill(7), decision: 42n } as const
const plaintext = Uint8Array.of(1, 2, 3)

const problemOf = async (opening: Promise<unknown>) => {
  const error = await opening.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return error instanceof SealedError ? error.problem : error
}

describe('sealTo and OneTimeKey.open', () => {
  const key = freshKey()

  it('open what was sealed', async () => {
    const sealed = await sealTo({ ...binding, publicPoint: key.publicPoint, plaintext })
    expect(await key.open(sealed, binding)).to.deep.equal(plaintext)
  })

  const others = [
    { name: 'another purpose', expected: { ...binding, purpose: sealPurpose.rekey }, problem: 'purpose' },
    { name: 'another boot', expected: { ...binding, bootId: new Uint8Array(16) }, problem: 'boot-id' },
    { name: 'another decision', expected: { ...binding, decision: 43n }, problem: 'decision' },
  ]
  for (const { name, expected, problem } of others) {
    it(`refuses what was sealed for ${name}`, async () => {
      const sealed = await sealTo({ ...binding, publicPoint: key.publicPoint, plaintext })
      expect(await problemOf(key.open(sealed, expected))).to.equal(problem)
    })
  }

  it('refuses what was sealed to another key', async () => {
    const sealed = await sealTo({ ...binding, publicPoint: freshKey().publicPoint, plaintext })
    expect(await problemOf(key.open(sealed, binding))).to.equal('not-for-this-key')
  })

  it('refuses a header rewritten to what is expected', async () => {
    const sealed = await sealTo({ ...binding, decision: 1n, publicPoint: key.publicPoint, plaintext })
    const [header, ...rest] = sealed.split('.')
    const forged = Buffer.from(Buffer.from(header!, 'base64url').toString().replace('"1"', '"42"')).toString(
      'base64url',
    )
    expect(await problemOf(key.open([forged, ...rest].join('.'), binding))).to.equal('not-for-this-key')
  })

  it('refuses other algorithms, even for the right key', async () => {
    const header = {
      alg: 'ECDH-ES+A256KW',
      enc: 'A256GCM',
      purpose: binding.purpose,
      bootId: '07'.repeat(16),
      decision: '42',
    }
    const sealed = await new CompactEncrypt(plaintext)
      .setProtectedHeader(header)
      .encrypt(p256PublicKey(key.publicPoint))
    expect(await problemOf(key.open(sealed, binding))).to.equal('malformed')
  })

  for (const text of ['', '....', 'a.b.c.d.e', 'x'.repeat(1 << 18)]) {
    it(`refuses ${text.length} letters that are no JWE`, async () => {
      expect(await problemOf(key.open(text, binding))).to.equal('malformed')
    })
  }

  for (const point of [
    new Uint8Array(65),
    new Uint8Array(64),
    Uint8Array.from({ length: 65 }, (_, i) => (i === 0 ? 4 : 1)),
  ]) {
    it(`refuses to seal to ${point.length} bytes beginning with ${point[0] ?? -1} that are no point`, async () => {
      const error: unknown = await sealTo({ ...binding, publicPoint: point, plaintext }).catch(
        (reason: unknown) => reason,
      )
      expect(error).to.be.instanceOf(WireError)
    })
  }
})
