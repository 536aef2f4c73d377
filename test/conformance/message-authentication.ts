import { expect } from 'chai'
import {
  ALG,
  atHandle,
  atParameter,
  type Authorized,
  Certify,
  CreatePrimary,
  EncryptDecrypt2,
  EventSequenceComplete,
  FlushContext,
  HMAC,
  HMAC_Start,
  named,
  passwordSession,
  Quote,
  RC,
  RH,
  SequenceComplete,
  SequenceUpdate,
  Sign,
  ST,
  type SymCipherPublic,
  TestParms,
  TPMA_OBJECT,
  type TpmClient,
  type TPMT_PUBLIC,
  VerifySignature,
} from '../../core/tpm/index.ts'
import { fromHex, toHex } from '../../core/bytes/index.ts'
import { cipherKey, eccKey, type ExternalKey, hmacKey, withExternal } from './external-keys.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const empty: Uint8Array = new Uint8Array(0)
const text = fromHex(
  '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51' +
    '30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710',
)
const aes128 = fromHex('2b7e151628aed2a6abf7158809cf4f3c')

/** Keys, and what messages of so many bytes come to under them. */
const vectors = [
  {
    name: 'AES-128 (RFC 4493, 4; SP 800-38B, D.1)',
    algorithm: ALG.aes,
    key: aes128,
    macs: {
      0: 'bb1d6929e95937287fa37d129b756746',
      16: '070a16b46b4d4144f79bdd9dd04a287c',
      40: 'dfa66747de9ae63030ca32611497c827',
      64: '51f0bebf7e3b9d92fc49741779363cfe',
    },
  },
  {
    name: 'AES-256 (SP 800-38B, D.3)',
    algorithm: ALG.aes,
    key: fromHex('603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4'),
    macs: {
      0: '028962f61b7bf89efc6b551f4667d983',
      16: '28a7023f452e8f82bd4bf28d8c37c35c',
      40: 'aaf3d8f1de5640c232f5b169b9c911e6',
      64: 'e1992190549f6ed5696a2c056c315410',
    },
  },
  {
    name: 'Camellia-128',
    algorithm: ALG.camellia,
    key: aes128,
    macs: {
      0: 'ba925782aaa1f5d9a00f89648094fc71',
      16: '6d962854a3b9fda56d7d45a95ee17993',
      40: '5c18d119ccd6766144ac1866131d9f22',
    },
  },
] as const

const own = ['userWithAuth', 'noDA'] as const
const cmacKey = cipherKey(ALG.aes, aes128, ALG.cmac, [...own, 'sign'])
const anyMode = cipherKey(ALG.aes, aes128, ALG.null, [...own, 'sign'])
const anyHash = hmacKey(aes128, { scheme: ALG.null }, [...own, 'sign', 'decrypt'])
const cfbKey = cipherKey(ALG.aes, aes128, ALG.cfb, [...own, 'sign'])
const sealed = hmacKey(aes128, { scheme: ALG.null }, own)
const obfuscating = { scheme: ALG.xor, hashAlg: ALG.sha256, kdf: ALG.kdf1_sp800_108 } as const
const value = atParameter(RC.value, 1)
const scheme = atParameter(RC.scheme, 1)

/** Which schemes a key takes, and what is said first of those it does not. */
const selections: readonly (readonly [key: string, external: ExternalKey, scheme: string, alg: number, rc: number])[] =
  [
    ['a CMAC key', cmacKey, 'no scheme', ALG.null, RC.success],
    ['a CMAC key', cmacKey, 'CMAC', ALG.cmac, RC.success],
    ['a CMAC key', cmacKey, 'a hash', ALG.sha256, value],
    ['a CMAC key', cmacKey, 'what is no MAC', ALG.cfb, atParameter(RC.symmetric, 1)],
    ['a cipher of any mode', anyMode, 'no scheme', ALG.null, value],
    ['a cipher of any mode', anyMode, 'CMAC', ALG.cmac, RC.success],
    ['a cipher of any mode', anyMode, 'a hash', ALG.sha256, scheme],
    ['a cipher that encrypts', cfbKey, 'no scheme', ALG.null, scheme],
    ['a cipher that encrypts', cfbKey, 'CMAC', ALG.cmac, value],
    [
      'a cipher that decrypts only',
      cipherKey(ALG.aes, aes128, ALG.null, [...own, 'decrypt']),
      'CMAC',
      ALG.cmac,
      atHandle(RC.key, 0),
    ],
    ['an HMAC key', hmacKey(aes128), 'CMAC', ALG.cmac, value],
    ['an HMAC key of any hash', anyHash, 'CMAC', ALG.cmac, scheme],
    ['an HMAC key of any hash', anyHash, 'no scheme', ALG.null, value],
    ['sealed data', sealed, 'no scheme', ALG.null, value],
    ['sealed data', sealed, 'CMAC', ALG.cmac, scheme],
    ['sealed data', sealed, 'a hash', ALG.sha1, atHandle(RC.key, 0)],
    [
      'an obfuscating key',
      hmacKey(aes128, obfuscating, [...own, 'decrypt']),
      'no scheme',
      ALG.null,
      atHandle(RC.key, 0),
    ],
    ['an obfuscating key', hmacKey(aes128, obfuscating, [...own, 'decrypt']), 'a hash', ALG.sha1, value],
    ['an ECC key', eccKey(), 'CMAC', ALG.cmac, atHandle(RC.type, 0)],
  ]

/** Part 3, 15.5, 15.6, 17.2 and 17.3: MACs by ciphers, and which key has which. */
export function messageAuthentication(start: StartBench): void {
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

  const flush = (flushHandle: number): Promise<unknown> => client.run(FlushContext, {}, { flushHandle })
  const authorized = (handle: number, auth = empty): Authorized => ({
    handle,
    name: empty,
    auth: passwordSession(auth),
  })

  for (const { name, algorithm, key, macs } of vectors) {
    const external = cipherKey(algorithm, key, ALG.cmac, [...own, 'sign'])
    it(`${name}: in one piece`, async () => {
      await withExternal(client, external, async (handle) => {
        for (const [size, expected] of Object.entries(macs)) {
          const { outHMAC } = await client.run(
            HMAC,
            { handle },
            { buffer: text.slice(0, Number(size)), hashAlg: ALG.cmac },
          )
          expect(toHex(outHMAC), size).to.equal(expected)
        }
      })
    })

    it(`${name}: in pieces, behind which the key may go`, async () => {
      for (const [size, expected] of Object.entries(macs)) {
        const started = withExternal(client, external, (handle) =>
          client.run(HMAC_Start, { handle }, { auth: aes128, hashAlg: ALG.null }),
        )
        const sequenceHandle = authorized((await started).handle, aes128)
        const message = text.slice(0, Number(size))
        await client.run(SequenceUpdate, { sequenceHandle }, { buffer: message.slice(0, 7) })
        await client.run(SequenceUpdate, { sequenceHandle }, { buffer: message.slice(7, 16) })
        const last = { buffer: message.slice(16), hierarchy: RH.owner }
        const { result, validation } = await client.run(SequenceComplete, { sequenceHandle }, last)
        expect(toHex(result), size).to.equal(expected)
        expect(validation).to.deep.equal({ tag: ST.hashcheck, hierarchy: RH.null, digest: empty })
      }
    })
  }

  for (const [name, external, schemeName, hashAlg, expected] of selections)
    it(`${schemeName} by ${name}`, async () => {
      await withExternal(client, external, async (handle) => {
        expect(await codeOf(client.run(HMAC, { handle }, { buffer: text, hashAlg }))).to.equal(expected)
        const starting = client.run(HMAC_Start, { handle }, { auth: empty, hashAlg })
        if (expected === RC.success) await flush((await starting).handle)
        else expect(await codeOf(starting)).to.equal(expected)
      })
    })

  it('the sequence of a MAC is no event', async () => {
    const { handle } = await withExternal(client, cmacKey, (key) =>
      client.run(HMAC_Start, { handle: key }, { auth: empty, hashAlg: ALG.cmac }),
    )
    const handles = { pcrHandle: { ...named(16), auth: passwordSession() }, sequenceHandle: authorized(handle) }
    expect(await codeOf(client.run(EventSequenceComplete, handles, { buffer: empty }))).to.equal(atHandle(RC.mode, 1))
    await flush(handle)
  })

  it('a CMAC key neither encrypts nor signs', async () => {
    await withExternal(client, cmacKey, async (key) => {
      for (const mode of [ALG.null, ALG.cfb, ALG.ecb]) {
        const encrypting = { decrypt: 0, mode, ivIn: aes128, inData: aes128 } as const
        expect(await codeOf(client.run(EncryptDecrypt2, { keyHandle: key }, encrypting))).to.equal(atHandle(RC.mode, 0))
      }
      const decrypting = { decrypt: 1, mode: ALG.cfb, ivIn: aes128, inData: aes128 } as const
      expect(await codeOf(client.run(EncryptDecrypt2, { keyHandle: key }, decrypting))).to.equal(
        atHandle(RC.attributes, 0),
      )
      const asMode = { decrypt: 0, mode: ALG.cmac, ivIn: aes128, inData: aes128 } as const
      expect(await codeOf(client.run(EncryptDecrypt2, { keyHandle: key }, asMode))).to.equal(atParameter(RC.mode, 2))

      const validation = { tag: ST.hashcheck, hierarchy: RH.null, digest: empty } as const
      const signing = { digest: text.slice(0, 32), inScheme: { scheme: ALG.null }, validation } as const
      expect(await codeOf(client.run(Sign, { keyHandle: key }, signing))).to.equal(atHandle(RC.key, 0))
      const signature = { sigAlg: ALG.hmac, hmac: { hashAlg: ALG.sha256, digest: text.slice(0, 32) } } as const
      const verifying = { digest: text.slice(0, 32), signature }
      const verified = client.run(VerifySignature, { keyHandle: { handle: key.handle, name: key.name } }, verifying)
      expect(await codeOf(verified)).to.equal(atParameter(RC.scheme, 1))
      const quoting = { qualifyingData: empty, inScheme: { scheme: ALG.null }, PCRselect: [] } as const
      expect(await codeOf(client.run(Quote, { signHandle: key }, quoting))).to.equal(atHandle(RC.key, 0))
      const certifying = { qualifyingData: empty, inScheme: { scheme: ALG.null } } as const
      const certified = client.run(Certify, { objectHandle: key, signHandle: key }, certifying)
      expect(await codeOf(certified)).to.equal(atHandle(RC.key, 1))
    })
  })

  const templateOf = (
    sym: SymCipherPublic['parameters']['sym'],
    ...attributes: readonly (keyof TPMA_OBJECT)[]
  ): TPMT_PUBLIC => ({
    type: ALG.symcipher,
    nameAlg: ALG.sha256,
    objectAttributes: TPMA_OBJECT.of(...own, ...attributes),
    authPolicy: empty,
    parameters: { sym },
    unique: empty,
  })
  const aesCmac = { algorithm: ALG.aes, keyBits: 128, mode: ALG.cmac } as const
  const create = (inPublic: TPMT_PUBLIC) => {
    const parameters = { inSensitive: { userAuth: empty, data: empty }, inPublic, outsideInfo: empty, creationPCR: [] }
    return client.run(CreatePrimary, { primaryHandle: { ...named(RH.owner), auth: passwordSession() } }, parameters)
  }
  const fixed = ['fixedTPM', 'fixedParent', 'sensitiveDataOrigin'] as const
  const templates: readonly (readonly [string, readonly (keyof TPMA_OBJECT)[], number])[] = [
    ['signs', ['sign'], RC.success],
    ['signs what the TPM makes', ['sign', 'restricted'], RC.success],
    ['signs and decrypts', ['sign', 'decrypt'], atParameter(RC.scheme, 1)],
    ['decrypts', ['decrypt'], atParameter(RC.scheme, 1)],
    ['is a parent', ['decrypt', 'restricted'], atParameter(RC.scheme, 1)],
    ['does nothing', [], atParameter(RC.attributes, 1)],
  ]
  for (const [name, attributes, expected] of templates)
    it(`${expected === RC.success ? 'makes' : 'refuses'} a CMAC key that ${name}`, async () => {
      bench.exact(false)
      const creating = create(templateOf(aesCmac, ...fixed, ...attributes))
      if (expected !== RC.success) {
        expect(await codeOf(creating)).to.equal(expected)
        return
      }
      const { handle, name: keyName } = await creating
      const key = { handle, name: keyName, auth: passwordSession() }
      const restricted = attributes.includes('restricted')
      const mac = client.run(HMAC, { handle: key }, { buffer: empty, hashAlg: ALG.cmac })
      expect(await codeOf(mac)).to.equal(restricted ? atHandle(RC.attributes, 0) : RC.success)
      await flush(handle)
    })

  it('refuses a key of no cipher before anything else is looked at', async () => {
    for (const attributes of ['00000000', '00040000', '00070000'])
      for (const request of [primaryOfNoCipher(attributes), externalOfNoCipher(attributes)])
        expect(toHex(await client.transmit(fromHex(request)))).to.equal('80010000000a000002d6')
  })

  it('TestParms knows the mode', async () => {
    const parameters = { type: ALG.symcipher, parameters: aesCmac } as const
    expect(await codeOf(client.run(TestParms, {}, { parameters }))).to.equal(RC.success)
  })
}

/** A cipher's template without a cipher, which no codec of ours would write. */
const ofNoCipher = (attributes: string): string => `000e0025000b${attributes}000000100000`
const primaryOfNoCipher = (attributes: string): string =>
  `800200000037000001314000000100000009400000090000000000000400000000${ofNoCipher(attributes)}000000000000`
const externalOfNoCipher = (attributes: string): string => `800100000020000001670000${ofNoCipher(attributes)}40000007`
