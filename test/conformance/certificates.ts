import { expect } from 'chai'
import { concat, DER, derElement, derInteger, fromHex } from '../../core/bytes/index.ts'
import {
  ALG,
  atHandle,
  atParameter,
  type Authorized,
  CertifyX509,
  FlushContext,
  passwordSession,
  RC,
  type TPMA_OBJECT,
  type TpmClient,
  type TPMT_SIG_SCHEME,
} from '../../core/tpm/index.ts'
import { aesKey, eccKey, type ExternalKey, hmacKey, loadExternal, rsaKey } from './external-keys.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const empty = new Uint8Array(0)
const sequence = (...contents: readonly Uint8Array[]): Uint8Array => derElement(DER.sequence, ...contents)
const oid = (hex: string): Uint8Array => derElement(0x06, fromHex(hex))
const text = (tag: number, value: string): Uint8Array => derElement(tag, new TextEncoder().encode(value))
const bits = (hex: string): Uint8Array => derElement(DER.octetString, derElement(0x03, fromHex(hex)))

const name = sequence(derElement(0x31, sequence(oid('550403'), text(0x0c, 'somebody'))))
const validity = sequence(text(0x17, '260101000000Z'), text(0x17, '270101000000Z'))
const extensions = (...each: readonly Uint8Array[]): Uint8Array => derElement(0xa3, sequence(...each))
const critical = derElement(0x01, Uint8Array.of(0xff))
const keyUsage = (hex: string): Uint8Array => sequence(oid('551d0f'), critical, bits(hex))
const tpmaObject = (hex: string): Uint8Array => sequence(oid('6781050a010101'), bits(hex))
const constraints = sequence(oid('551d13'), derElement(DER.octetString, sequence()))
const signs = keyUsage('0780')
const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'))

const ecdsa = (hashAlg: number) => ({ scheme: ALG.ecdsa, hashAlg }) as TPMT_SIG_SCHEME
const rsassa = (hashAlg: number) => ({ scheme: ALG.rsassa, hashAlg }) as TPMT_SIG_SCHEME
const rsapss = (hashAlg: number) => ({ scheme: ALG.rsapss, hashAlg }) as TPMT_SIG_SCHEME

/** Part 3, 18.8: certificates that the TPM completes. */
export function certificates(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient

  before(async () => {
    bench = await start()
    client = bench.client
    bench.exact('code')
  })

  after(() => {
    bench.close()
  })

  interface Wish {
    readonly object?: ExternalKey
    readonly signer?: ExternalKey
    readonly inScheme?: TPMT_SIG_SCHEME
    readonly reserved?: Uint8Array
    readonly partial?: Uint8Array
  }
  const plain = sequence(name, validity, name, extensions(signs))

  async function certify({ object = eccKey(), signer = object, ...wish }: Wish) {
    const load = async (key: ExternalKey): Promise<Authorized> => ({
      ...(await loadExternal(client, key)),
      auth: passwordSession(),
    })
    const [objectHandle, signHandle] = [await load(object), await load(signer)]
    try {
      const { inScheme = ecdsa(ALG.sha256), reserved = empty, partial = plain } = wish
      return await client.run(
        CertifyX509,
        { objectHandle, signHandle },
        { reserved, inScheme, partialCertificate: partial },
      )
    } finally {
      for (const { handle } of [objectHandle, signHandle]) await client.run(FlushContext, {}, { flushHandle: handle })
    }
  }

  /** RSASSA signs the same every time: then the answers must be the same byte for byte. */
  async function exactly(wish: Wish) {
    bench.exact(wish.inScheme === undefined || wish.inScheme.scheme === ALG.rsassa)
    try {
      return await certify({ signer: rsaKey(), inScheme: rsassa(ALG.sha256), ...wish })
    } finally {
      bench.exact('code')
    }
  }

  it('adds version, serial number, algorithm and key', async () => {
    const { addedToCertificate, tbsDigest } = await exactly({})
    expect(addedToCertificate.slice(0, 8).at(-1)).to.equal(2)
    expect(tbsDigest).to.have.length(32)
  })

  for (const [hashName, hashAlg] of [
    ['SHA-1', ALG.sha1],
    ['SHA-256', ALG.sha256],
    ['SHA-384', ALG.sha384],
    ['SHA-512', ALG.sha512],
  ] as const) {
    it(`signs under ${hashName} by every scheme`, async () => {
      expect((await exactly({ inScheme: rsassa(hashAlg) })).signature.sigAlg).to.equal(ALG.rsassa)
      bench.exact(false)
      expect((await certify({ signer: rsaKey(), inScheme: rsapss(hashAlg) })).signature.sigAlg).to.equal(ALG.rsapss)
      expect((await certify({ inScheme: ecdsa(hashAlg) })).signature.sigAlg).to.equal(ALG.ecdsa)
      bench.exact('code')
    })
  }

  it('certifies an RSA key', async () => {
    expect((await exactly({ object: rsaKey() })).addedToCertificate.length).to.be.greaterThan(256)
  })

  it('leaves the algorithm to a caller who says it', async () => {
    const partial = sequence(ecdsaWithSha256, name, validity, name, extensions(signs))
    const [said, unsaid] = [await exactly({ partial }), await exactly({})]
    expect(said.addedToCertificate.length).to.be.lessThan(unsaid.addedToCertificate.length)
  })

  const accepted: readonly (readonly [string, Uint8Array])[] = [
    ['extensions in front', sequence(extensions(signs), name, validity, name)],
    ['other extensions', sequence(name, validity, name, extensions(constraints, signs))],
    ['no use at all', sequence(name, validity, name, extensions(keyUsage('00')))],
    ['use as a CA', sequence(name, validity, name, extensions(keyUsage('0106')))],
    ['its own attributes', sequence(name, validity, name, extensions(signs, tpmaObject('0000040440')))],
  ]
  for (const [wish, partial] of accepted) {
    it(`takes ${wish}`, async () => {
      expect((await exactly({ partial })).tbsDigest).to.have.length(32)
    })
  }

  const value = atParameter(RC.value, 2)
  const size = atParameter(RC.size, 2)
  const refused: readonly (readonly [string, Uint8Array, number])[] = [
    ['nothing', empty, value],
    ['no sequence', derElement(0x31, name), size],
    ['more than a sequence', concat(plain, empty, Uint8Array.of(0)), size],
    ['a sequence that is cut', plain.slice(0, -1), size],
    ['an indefinite length', fromHex('30800000'), size],
    ['an element that is cut', sequence(name, Uint8Array.of(0x30, 5, 0)), value],
    ['too few elements', sequence(name, validity, extensions(signs)), value],
    ['too many elements', sequence(name, name, name, validity, name, extensions(signs)), value],
    ['an unknown element', sequence(name, validity, name, derInteger(1n), extensions(signs)), value],
    ['no extensions', sequence(name, validity, name), value],
    ['extensions twice', sequence(name, validity, name, extensions(signs), extensions(signs)), value],
    ['empty extensions', sequence(name, validity, name, extensions()), value],
    ['extensions that are none', sequence(name, validity, name, derElement(0xa3, derElement(0x31, signs))), value],
    ['no key usage', sequence(name, validity, name, extensions(constraints)), value],
    ['to encipher by a key that signs', sequence(name, validity, name, extensions(keyUsage('0520'))), value],
    ['to decipher only', sequence(name, validity, name, extensions(keyUsage('070080'))), value],
    ['to agree by a key that is not restricted', sequence(name, validity, name, extensions(keyUsage('0308'))), value],
    ['not to repudiate by a key that can move', sequence(name, validity, name, extensions(keyUsage('0640'))), value],
    [
      'other attributes than the key’s',
      sequence(name, validity, name, extensions(signs, tpmaObject('0000040441'))),
      atHandle(RC.attributes, 1),
    ],
  ]
  for (const [wish, partial, expected] of refused) {
    it(`refuses ${wish}`, async () => {
      expect(await codeOf(certify({ partial }))).to.equal(expected)
    })
  }

  const decrypting: readonly (keyof TPMA_OBJECT)[] = ['userWithAuth', 'noDA', 'decrypt']
  const hmacScheme = { scheme: ALG.hmac, hashAlg: ALG.sha256 } as TPMT_SIG_SCHEME
  const keys: readonly (readonly [string, Wish, number])[] = [
    ['something reserved', { reserved: Uint8Array.of(0) }, atParameter(RC.size, 0)],
    ['no scheme', { inScheme: { scheme: ALG.null } }, atParameter(RC.scheme, 1)],
    ['a signer that decrypts', { signer: eccKey(undefined, decrypting) }, atHandle(RC.key, 0)],
    ['a key that decrypts, to sign', { object: eccKey(undefined, decrypting), signer: eccKey() }, value],
    ['an HMAC key as signer', { signer: hmacKey(name), inScheme: hmacScheme }, atHandle(RC.scheme, 0)],
    ['a key that is a secret', { object: hmacKey(name), signer: eccKey() }, atHandle(RC.asymmetric, 1)],
    ['a cipher', { object: aesKey(new Uint8Array(16)), signer: eccKey() }, atHandle(RC.asymmetric, 1)],
  ]
  for (const [wish, parts, expected] of keys) {
    it(`refuses ${wish}`, async () => {
      expect(await codeOf(certify(parts))).to.equal(expected)
    })
  }
}
