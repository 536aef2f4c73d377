import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { expect } from 'chai'
import { base64url, FlattenedSign } from 'jose'
import {
  documentDigest,
  encodeSignatures,
  engineersOf,
  signChange,
  SignatureError,
  signingKeyOf,
  stillValid,
  verifyChange,
  type Change,
  type EnrolledKey,
  type Keyring,
} from '../../../../core/signing/index.ts'

const newKey = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey,
  ES384: () => generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).privateKey,
  EdDSA: () => generateKeyPairSync('ed25519').privateKey,
}
const [ann, bob, eve] = [newKey.ES256(), newKey.EdDSA(), newKey.ES256()]
const nowUnixMs = Date.UTC(2026, 10, 22)

const change: Change = {
  serverId: new Uint8Array(32).fill(7),
  kind: 'BootPolicy',
  name: 'web',
  version: 5,
  sha256: documentDigest('kind: BootPolicy\n'),
}

function enrolled(engineer: string, key: KeyObject, more: Partial<EnrolledKey> = {}): EnrolledKey {
  return { ...signingKeyOf(key)!, engineer, untilUnixMs: undefined, isRetired: false, ...more }
}
const ringOf = (...keys: readonly EnrolledKey[]): Keyring => new Map(keys.map((key) => [key.keyId, key]))
const ring = ringOf(enrolled('ann', ann), enrolled('bob', bob))

async function problemOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((thrown: unknown) => thrown)
  if (!(error instanceof SignatureError)) throw new Error(`no SignatureError: ${String(error)}`)
  return error.problem
}
const problem = (text: string, keyring = ring, given = change) =>
  problemOf(verifyChange(given, text, keyring, nowUnixMs))

/** A signature by `key` under a header of the attacker's making, over the change as it is. */
async function withHeader(header: Record<string, unknown>, key: KeyObject = ann): Promise<string> {
  const good = JSON.parse(await signChange(change, ann)) as { payload: string }
  const alg = signingKeyOf(key)!.algorithm
  const payload = base64url.decode(good.payload)
  const signed = await new FlattenedSign(payload).setProtectedHeader({ alg }).sign(key)
  const encoded = base64url.encode(JSON.stringify(header))
  return JSON.stringify({ payload: signed.payload, signatures: [{ protected: encoded, signature: signed.signature }] })
}
const header = (key: KeyObject, more: Record<string, unknown> = {}) => ({
  alg: signingKeyOf(key)!.algorithm,
  kid: signingKeyOf(key)!.keyId,
  typ: 'bootlatch-change',
  ...more,
})

describe('signatures of changes', () => {
  for (const [algorithm, make] of Object.entries(newKey))
    it(`count, made with ${algorithm}`, async () => {
      const key = make()
      const [verified] = await verifyChange(
        change,
        await signChange(change, key),
        ringOf(enrolled('cy', key)),
        nowUnixMs,
      )
      expect(verified).to.include({ engineer: 'cy', algorithm, keyId: signingKeyOf(key)!.keyId })
    })

  it('are of one change, by several engineers', async () => {
    const both = await signChange(change, bob, await signChange(change, ann))
    const verified = await verifyChange(change, both, ring, nowUnixMs)
    expect([...engineersOf(verified)]).to.deep.equal(['ann', 'bob'])
    expect(await verifyChange(change, encodeSignatures(change, verified), ring, nowUnixMs)).to.deep.equal(verified)
  })

  it('of two keys of one engineer are one person’s word', async () => {
    const keys = ringOf(enrolled('ann', ann), enrolled('ann', bob))
    const both = await signChange(change, bob, await signChange(change, ann))
    expect(engineersOf(await verifyChange(change, both, keys, nowUnixMs)).size).to.equal(1)
  })

  it('are made with no other key than there is an algorithm for', async () => {
    for (const key of [
      generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey,
      generateKeyPairSync('ec', { namedCurve: 'secp521r1' }).privateKey,
      generateKeyPairSync('x25519').privateKey,
    ]) {
      expect(signingKeyOf(key)).to.equal(undefined)
      const error: unknown = await signChange(change, key).catch((thrown: unknown) => thrown)
      expect(error).to.be.instanceOf(TypeError)
    }
  })

  it('know a key by its thumbprint, the public half as the private (RFC 8037, A.3)', () => {
    const d = 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A'
    const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'
    const key = createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', d, x }, format: 'jwk' })
    const keyId = 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'
    expect([signingKeyOf(key)?.keyId, signingKeyOf(createPublicKey(key))?.keyId]).to.deep.equal([keyId, keyId])
  })

  describe('count for nothing', () => {
    const others: readonly (readonly [string, Partial<Change>])[] = [
      ['another version: after a rollback the number is a new one', { version: 6 }],
      ['another name', { name: 'db' }],
      ['another kind', { kind: 'ReferenceValues' }],
      ['another document', { sha256: documentDigest('kind: BootPolicy\n\n') }],
      ['another server', { serverId: new Uint8Array(32).fill(8) }],
    ]
    for (const [what, other] of others)
      it(`where they are for ${what}`, async () => {
        const text = await signChange({ ...change, ...other }, ann)
        expect(await problem(text)).to.equal('another-change')
      })

    it('where the payload is put back under a signature of another change', async () => {
      const other = JSON.parse(await signChange({ ...change, version: 4 }, ann)) as { signatures: unknown }
      const { payload } = JSON.parse(await signChange(change, eve)) as { payload: string }
      expect(await problem(JSON.stringify({ payload, signatures: other.signatures }))).to.equal('forged')
    })

    it('where nobody enrolled the key', async () => {
      expect(await problem(await signChange(change, eve))).to.equal('unknown-key')
    })
    it('where the key is retired, or its time is over to the millisecond', async () => {
      const text = await signChange(change, ann)
      expect(await problem(text, ringOf(enrolled('ann', ann, { isRetired: true })))).to.equal('retired-key')
      expect(await problem(text, ringOf(enrolled('ann', ann, { untilUnixMs: nowUnixMs })))).to.equal('expired-key')
      const inTime = ringOf(enrolled('ann', ann, { untilUnixMs: nowUnixMs + 1 }))
      expect(await verifyChange(change, text, inTime, nowUnixMs)).to.have.length(1)
    })

    it('where one key signs twice, be the signatures equal or not', async () => {
      const once = JSON.parse(await signChange(change, ann)) as { payload: string; signatures: readonly unknown[] }
      const again = JSON.parse(await signChange(change, ann)) as { signatures: readonly unknown[] }
      for (const second of [once.signatures, again.signatures]) {
        const signatures = [...once.signatures, ...second]
        expect(await problem(JSON.stringify({ ...once, signatures }))).to.equal('repeated-key')
      }
      expect(await problemOf(signChange(change, ann, JSON.stringify(once)))).to.equal('repeated-key')
    })

    it('all of them, where one is bad: the good one is not picked out', async () => {
      const mixed = await signChange(change, eve, await signChange(change, ann))
      expect(await problem(mixed)).to.equal('unknown-key')
    })

    it('alg none: no algorithm, and no signature', async () => {
      const text = JSON.parse(await withHeader(header(ann, { alg: 'none' }))) as {
        payload: string
        signatures: object[]
      }
      expect(await problem(JSON.stringify(text))).to.equal('another-algorithm')
      const bare = { ...text, signatures: [{ ...text.signatures[0], signature: '' }] }
      expect(await problem(JSON.stringify(bare))).to.equal('malformed')
    })

    it('alg HS256: the public key taken for a shared secret', async () => {
      const { payload } = JSON.parse(await signChange(change, ann)) as { payload: string }
      const encoded = base64url.encode(JSON.stringify(header(ann, { alg: 'HS256' })))
      const secret = createPublicKey(ann).export({ format: 'pem', type: 'spki' })
      const signature = createHmac('sha256', secret).update(`${encoded}.${payload}`).digest('base64url')
      const text = JSON.stringify({ payload, signatures: [{ protected: encoded, signature }] })
      expect(await problem(text)).to.equal('another-algorithm')
    })

    it('another alg of the same family than the key is for', async () => {
      expect(await problem(await withHeader(header(ann, { alg: 'ES384' })))).to.equal('another-algorithm')
      expect(await problem(await withHeader(header(ann, { alg: 'EdDSA' })))).to.equal('another-algorithm')
    })

    it('a kid of an enrolled key over a signature by another', async () => {
      const claimed = header(ann)
      const { payload } = JSON.parse(await signChange(change, ann)) as { payload: string }
      const signed = await new FlattenedSign(base64url.decode(payload))
        .setProtectedHeader({ ...claimed, alg: 'ES256' })
        .sign(eve)
      const signatures = [{ protected: signed.protected, signature: signed.signature }]
      expect(await problem(JSON.stringify({ payload, signatures }))).to.equal('forged')
    })

    it('ECDSA of zeros (CVE-2022-21449)', async () => {
      const text = JSON.parse(await signChange(change, ann)) as { payload: string; signatures: object[] }
      const signature = base64url.encode(new Uint8Array(64))
      const signatures = text.signatures.map((one) => ({ ...one, signature }))
      expect(await problem(JSON.stringify({ ...text, signatures }))).to.equal('forged')
    })

    it('a key, certificate or address in the header that would vouch for itself', async () => {
      const jwk = createPublicKey(eve).export({ format: 'jwk' })
      for (const more of [{ jwk }, { jku: 'https://evil.example/keys' }, { x5c: ['AA=='] }, { x5u: 'https://evil' }])
        expect(await problem(await withHeader(header(eve, more), eve)), Object.keys(more).join()).to.equal('malformed')
    })

    it('crit, and b64 false: a payload that is read in another way', async () => {
      expect(await problem(await withHeader(header(ann, { crit: ['b64'], b64: false })))).to.equal('malformed')
      expect(await problem(await withHeader(header(ann, { crit: ['exp'], exp: 1 })))).to.equal('malformed')
    })

    it('a signature made for another purpose: no typ, or another', async () => {
      const { alg, kid } = header(ann)
      expect(await problem(await withHeader({ alg, kid }))).to.equal('malformed')
      expect(await problem(await withHeader(header(ann, { typ: 'JWT' })))).to.equal('malformed')
    })

    it('header members that are not protected', async () => {
      const text = JSON.parse(await signChange(change, ann)) as { signatures: object[] }
      const signatures = text.signatures.map((one) => ({ ...one, header: { alg: 'none' } }))
      expect(await problem(JSON.stringify({ ...text, signatures }))).to.equal('malformed')
    })

    it('other serializations, and what is no JSON', async () => {
      const general = JSON.parse(await signChange(change, ann)) as {
        payload: string
        signatures: readonly { protected: string; signature: string }[]
      }
      const [one] = general.signatures
      const flattened = { payload: general.payload, ...one }
      const compact = `${one!.protected}.${general.payload}.${one!.signature}`
      const none = { ...general, signatures: [] }
      const many = { ...general, signatures: Array.from({ length: 33 }, () => one) }
      for (const text of [flattened, none, many, null, []])
        expect(await problem(JSON.stringify(text))).to.equal('malformed')
      for (const text of [compact, '', '{', ' '.repeat((1 << 16) + 1)])
        expect(await problem(text)).to.equal('malformed')
    })

    it('base64url with padding, bits to spare or other letters: one signature, one text', async () => {
      const text = await signChange(change, ann)
      const { payload } = JSON.parse(text) as { payload: string }
      for (const other of [`${payload}=`, `${payload}A`, payload.replace(/.$/, '/'), ` ${payload}`])
        expect(await problem(text.replace(payload, other))).to.be.oneOf(['malformed', 'another-change'])
    })
  })

  it('that were good count no more once their key is retired', async () => {
    const both = await signChange(change, bob, await signChange(change, ann))
    const verified = await verifyChange(change, both, ring, nowUnixMs)
    const later = ringOf(enrolled('ann', ann, { isRetired: true }), enrolled('bob', bob))
    expect((await stillValid(change, verified, later, nowUnixMs)).map(({ engineer }) => engineer)).to.deep.equal([
      'bob',
    ])
    expect(await stillValid({ ...change, version: 6 }, verified, ring, nowUnixMs)).to.deep.equal([])
  })
})
