import { expect } from 'chai'
import { createHash } from 'node:crypto'
import {
  ALG,
  atHandle,
  atParameter,
  type Authorized,
  Hash,
  RC,
  RH,
  Sign,
  ST,
  type Ticket,
  type TpmClient,
  type TPMT_SIG_SCHEME,
  type TPMT_SIGNATURE,
  VerifySignature,
  verifySignature,
} from '../../core/tpm/index.ts'
import { eccKey, type ExternalKey, hmacKey, type LoadableKey, rsaKey, withExternal } from './external-keys.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const message = new TextEncoder().encode('a message')
const other = new TextEncoder().encode('another message')
const empty: Uint8Array = new Uint8Array(0)
const noTicket: Ticket = { tag: ST.hashcheck, hierarchy: RH.null, digest: empty }
const noVerification: Ticket = { tag: ST.verified, hierarchy: RH.null, digest: empty }
const sha256 = (text: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(text).digest())
const sha512 = (text: Uint8Array): Uint8Array => new Uint8Array(createHash('sha512').update(text).digest())
const macKey = hmacKey(new TextEncoder().encode('an hmac key'))

/** Part 3, 20: signatures over digests, and their verification. */
export function signatures(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient

  before(async () => {
    bench = await start()
    client = bench.client
  })

  after(() => {
    bench.close()
  })

  beforeEach(() => {
    bench.exact(true)
  })

  const withKey = <T>(key: LoadableKey, work: (key: Authorized) => Promise<T>): Promise<T> =>
    withExternal(client, key, work)

  function sign(keyHandle: Authorized, inScheme: TPMT_SIG_SCHEME, digest: Uint8Array, validation = noTicket) {
    return client.run(Sign, { keyHandle }, { digest, inScheme, validation })
  }

  function verify(key: Authorized, digest: Uint8Array, signature: TPMT_SIGNATURE) {
    const keyHandle = { handle: key.handle, name: key.name }
    return client.run(VerifySignature, { keyHandle }, { digest, signature })
  }

  const schemes: readonly (readonly [string, ExternalKey, TPMT_SIG_SCHEME, boolean])[] = [
    ['RSASSA with SHA-256', rsaKey(), { scheme: ALG.rsassa, hashAlg: ALG.sha256 }, true],
    ['RSASSA by the key’s own scheme', rsaKey({ scheme: ALG.rsassa, hashAlg: ALG.sha256 }), { scheme: ALG.null }, true],
    ['RSAPSS with SHA-256', rsaKey(), { scheme: ALG.rsapss, hashAlg: ALG.sha256 }, false],
    ['ECDSA with SHA-256', eccKey(), { scheme: ALG.ecdsa, hashAlg: ALG.sha256 }, false],
    ['ECDSA by the key’s own scheme', eccKey({ scheme: ALG.ecdsa, hashAlg: ALG.sha256 }), { scheme: ALG.null }, false],
  ]
  for (const [name, external, scheme, isDeterministic] of schemes) {
    it(`${name}: what it signs, OpenSSL and the TPM verify`, async () => {
      const { publicArea } = external
      const signature = await withKey(external, async (keyHandle) => {
        bench.exact(isDeterministic)
        const { signature } = await sign(keyHandle, scheme, sha256(message))
        bench.exact(true)
        return signature
      })
      expect(verifySignature(publicArea, message, signature)).to.equal(true)
      await withKey({ publicArea }, async (keyHandle) => {
        expect((await verify(keyHandle, sha256(message), signature)).validation).to.deep.equal(noVerification)
        expect(await codeOf(verify(keyHandle, sha256(other), signature))).to.equal(atParameter(RC.signature, 1))
        expect(await codeOf(verify(keyHandle, sha512(message), signature))).to.equal(atParameter(RC.signature, 1))
      })
    })
  }

  it('HMAC', async () => {
    await withKey(macKey, async (keyHandle) => {
      const { signature } = await sign(keyHandle, { scheme: ALG.null }, sha256(message))
      expect(signature.sigAlg).to.equal(ALG.hmac)
      expect((await verify(keyHandle, sha256(message), signature)).validation).to.deep.equal(noVerification)
      expect(await codeOf(verify(keyHandle, sha256(other), signature))).to.equal(atParameter(RC.signature, 1))
      await withKey({ publicArea: macKey.publicArea }, async (publicOnly) => {
        expect(await codeOf(verify(publicOnly, sha256(message), signature))).to.equal(atParameter(RC.handle, 1))
      })
    })
  })

  const ecdsa256 = { scheme: ALG.ecdsa, hashAlg: ALG.sha256 } as const
  const refusals: readonly (readonly [string, ExternalKey, TPMT_SIG_SCHEME, Uint8Array, number])[] = [
    ['no scheme at all', eccKey(), { scheme: ALG.null }, sha256(message), atParameter(RC.scheme, 1)],
    [
      'another hash than the key’s',
      eccKey(ecdsa256),
      { scheme: ALG.ecdsa, hashAlg: ALG.sha384 },
      sha256(message),
      atParameter(RC.scheme, 1),
    ],
    [
      'another scheme than the key’s',
      eccKey(ecdsa256),
      { scheme: ALG.rsassa, hashAlg: ALG.sha256 },
      sha256(message),
      atParameter(RC.scheme, 1),
    ],
    ['a digest of another size', eccKey(), ecdsa256, sha512(message), atParameter(RC.size, 0)],
    ['an empty digest', eccKey(), ecdsa256, empty, atParameter(RC.size, 0)],
    [
      'a scheme of the other kind',
      eccKey(),
      { scheme: ALG.rsassa, hashAlg: ALG.sha256 },
      sha256(message),
      atParameter(RC.scheme, 1),
    ],
    ['ECDSA by an RSA key', rsaKey(), ecdsa256, sha256(message), atParameter(RC.scheme, 1)],
    ['an asymmetric scheme by an HMAC key', macKey, ecdsa256, sha256(message), atParameter(RC.scheme, 1)],
    [
      'a key that does not sign',
      eccKey({ scheme: ALG.null }, ['userWithAuth', 'noDA', 'decrypt']),
      ecdsa256,
      sha256(message),
      atHandle(RC.key, 0),
    ],
  ]
  for (const [name, external, scheme, digest, expected] of refusals) {
    it(`refuses to sign with ${name}`, async () => {
      await withKey(external, async (keyHandle) => {
        expect(await codeOf(sign(keyHandle, scheme, digest))).to.equal(expected)
      })
    })
  }

  it('takes a ticket only for the digest, hash and hierarchy it is for', async () => {
    const digest = sha256(message)
    await withKey(eccKey(), async (keyHandle) => {
      bench.exact(false)
      const forged: Ticket = { tag: ST.hashcheck, hierarchy: RH.owner, digest: new Uint8Array(64) }
      expect(await codeOf(sign(keyHandle, ecdsa256, digest, forged))).to.equal(atParameter(RC.ticket, 2))
      const short: Ticket = { ...forged, digest: new Uint8Array(1) }
      expect(await codeOf(sign(keyHandle, ecdsa256, digest, short))).to.equal(atParameter(RC.ticket, 2))
    })
  })

  const verifications: readonly (readonly [string, ExternalKey, TPMT_SIGNATURE, number])[] = [
    [
      'an RSA signature of another size',
      rsaKey(),
      { sigAlg: ALG.rsassa, hash: ALG.sha256, sig: new Uint8Array(255) },
      atParameter(RC.signature, 1),
    ],
    [
      'an RSA signature of zeros',
      rsaKey(),
      { sigAlg: ALG.rsassa, hash: ALG.sha256, sig: new Uint8Array(256) },
      atParameter(RC.signature, 1),
    ],
    [
      'an RSA signature above the modulus',
      rsaKey(),
      { sigAlg: ALG.rsassa, hash: ALG.sha256, sig: new Uint8Array(256).fill(255) },
      atParameter(RC.signature, 1),
    ],
    [
      'a PSS signature of zeros',
      rsaKey(),
      { sigAlg: ALG.rsapss, hash: ALG.sha256, sig: new Uint8Array(256) },
      atParameter(RC.signature, 1),
    ],
    [
      'an ECDSA signature of zeros',
      eccKey(),
      { sigAlg: ALG.ecdsa, hash: ALG.sha256, signatureR: new Uint8Array(32), signatureS: new Uint8Array(32) },
      atParameter(RC.signature, 1),
    ],
    [
      'an empty ECDSA signature',
      eccKey(),
      { sigAlg: ALG.ecdsa, hash: ALG.sha256, signatureR: empty, signatureS: empty },
      atParameter(RC.signature, 1),
    ],
    [
      'an RSA signature by an ECC key',
      eccKey(),
      { sigAlg: ALG.rsassa, hash: ALG.sha256, sig: new Uint8Array(256) },
      atParameter(RC.scheme, 1),
    ],
    [
      'an ECDSA signature by an RSA key',
      rsaKey(),
      { sigAlg: ALG.ecdsa, hash: ALG.sha256, signatureR: empty, signatureS: empty },
      atParameter(RC.scheme, 1),
    ],
    [
      'a key that does not sign',
      eccKey({ scheme: ALG.null }, ['userWithAuth', 'noDA', 'decrypt']),
      { sigAlg: ALG.ecdsa, hash: ALG.sha256, signatureR: empty, signatureS: empty },
      atHandle(RC.attributes, 0),
    ],
  ]
  for (const [name, external, signature, expected] of verifications) {
    it(`refuses to verify ${name}`, async () => {
      await withKey({ publicArea: external.publicArea }, async (keyHandle) => {
        expect(await codeOf(verify(keyHandle, sha256(message), signature))).to.equal(expected)
      })
    })
  }

  it('refuses to sign with a key whose private part is not there', async () => {
    for (const { publicArea } of [eccKey(ecdsa256), rsaKey(), macKey])
      await withKey({ publicArea }, async (keyHandle) => {
        expect(await codeOf(sign(keyHandle, ecdsa256, sha256(message)))).to.equal(RC.authUnavailable)
      })
  })

  it('a hash ticket of the TPM lets a key sign what it hashed', async () => {
    await withKey(eccKey(), async (keyHandle) => {
      bench.exact(false)
      const made = await client.run(Hash, {}, { data: message, hashAlg: ALG.sha256, hierarchy: RH.null })
      expect(await codeOf(sign(keyHandle, ecdsa256, made.outHash, made.validation))).to.equal(RC.success)
    })
  })
}
