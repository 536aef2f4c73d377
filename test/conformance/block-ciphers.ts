import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import {
  ALG,
  atParameter,
  type Authorized,
  Create,
  CreatePrimary,
  FlushContext,
  GetRandom,
  Hash,
  Import,
  LoadExternal,
  named,
  passwordSession,
  RC,
  RH,
  srkTemplate,
  startSession,
  type SymCipherPublic,
  TestParms,
  TPMA_OBJECT,
  type TpmClient,
  type TPMT_PUBLIC,
  type TPMT_SYM_DEF_OBJECT,
} from '../../core/tpm/index.ts'
import { fromHex } from '../../core/bytes/index.ts'
import { wrapped } from './duplication.ts'
import { type BlockCipherId, cipherKey } from './external-keys.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const empty: Uint8Array = new Uint8Array(0)
const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
const text = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, at) => 5 * at + 1)

const sizes: readonly (readonly [string, BlockCipherId, readonly number[], readonly number[]])[] = [
  ['AES', ALG.aes, [128, 256], [0, 64, 129, 192]],
  ['Camellia', ALG.camellia, [128, 256], [0, 64, 192]],
  ['Triple-DES', ALG.tdes, [128, 192], [0, 56, 112, 168, 256]],
]
const modes = [ALG.cfb, ALG.ctr, ALG.ofb, ALG.cbc, ALG.ecb, ALG.cmac, ALG.null]

/** Of Triple-DES: keys that are no better than one of DES, and some that only look so. */
const half = '0123456789abcdef'
const tripleDesKeys: readonly (readonly [string, string, boolean])[] = [
  ['the first part twice', half + half + '23456789abcdef01', false],
  ['the first part twice, but for its parity', `${half}0022446688aaccee`, false],
  ['the last part twice', '23456789abcdef01' + half + half, false],
  ['the first part again at the end', `${half}23456789abcdef01${half}`, true],
  ['a weak part', `${half}0101010101010101`, false],
  ['a weak part without parity', `${half}e0e0e0e0f0f0f0f0`, false],
  ['a half weak part', `1fe01fe00ef10ef1${half}`, false],
  ['a possibly weak part at the end', `${half}23456789abcdef01011fe0fe010ef1fe`, false],
  ['what is nearly weak', `${half}011fe0e0010ef1f1`, true],
  ['even parity', '0022446688aacceeff00112233445566', true],
]

/** Part 2, 11.1: which block ciphers there are, and what they may protect. */
export function blockCiphers(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient

  before(async () => {
    bench = await start()
    client = bench.client
  })

  beforeEach(() => {
    bench.exact(true)
  })

  after(() => {
    bench.close()
  })

  const flush = (flushHandle: number) => client.run(FlushContext, {}, { flushHandle })
  const create = (sym: SymCipherPublic['parameters']['sym'], data = empty) => {
    const origin = data.length === 0 ? (['sensitiveDataOrigin'] as const) : []
    const inPublic: TPMT_PUBLIC = {
      type: ALG.symcipher,
      nameAlg: ALG.sha256,
      objectAttributes: TPMA_OBJECT.of('userWithAuth', 'noDA', 'sign', 'decrypt', ...origin),
      authPolicy: empty,
      parameters: { sym },
      unique: empty,
    }
    const parameters = { inSensitive: { userAuth: empty, data }, inPublic, outsideInfo: empty, creationPCR: [] }
    return client.run(CreatePrimary, { primaryHandle: { ...named(RH.owner), auth: passwordSession() } }, parameters)
  }

  for (const [name, algorithm, good, bad] of sizes) {
    it(`${name} has keys of ${good.join(' and ')} bits, in any mode`, async () => {
      const test = (keyBits: number, mode: number) => {
        const parameters = { algorithm, keyBits, mode }
        return client.run(TestParms, {}, { parameters: { type: ALG.symcipher, parameters } })
      }
      for (const keyBits of good) for (const mode of modes) await test(keyBits, mode)
      for (const keyBits of bad)
        expect(await codeOf(client.transmit(testParms(algorithm, keyBits)).then(codeIn))).to.equal(0)
    })

    for (const keyBits of good) {
      const sym = { algorithm, keyBits, mode: ALG.cfb } as const

      it(`${name} ${keyBits}: a key is made here, or is given`, async () => {
        bench.exact(false)
        for (const data of [empty, text(keyBits / 8)]) await flush((await create(sym, data)).handle)
        expect(await codeOf(create(sym, text(keyBits / 8 - 1)))).to.equal(RC.keySize)
      })

      it(`${name} ${keyBits}: protects the children of a parent`, async () => {
        bench.exact(false)
        const parent = await parentOf(sym)
        const { publicArea, sensitive } = cipherKey(algorithm, text(keyBits / 8), ALG.cfb)
        const parameters = {
          inSensitive: { userAuth: text(4), data: sensitive.sensitive },
          inPublic: publicArea,
          outsideInfo: empty,
          creationPCR: [],
        }
        await client.run(Create, { parentHandle: parent }, parameters)
        await flush(parent.handle)
      })

      it(`${name} ${keyBits}: is an inner wrapper of what is imported`, async () => {
        bench.exact(false)
        const parent = await parentOf(sym)
        const travelling = wrapped(cipherKey(algorithm, text(keyBits / 8), ALG.cfb), sym, text(keyBits / 8))
        await client.run(Import, { parentHandle: parent }, travelling)
        const cut = { ...travelling, encryptionKey: text(keyBits / 8 - 1) }
        expect(await codeOf(client.run(Import, { parentHandle: parent }, cut))).to.equal(atParameter(RC.size, 0))
        await flush(parent.handle)
      })

      it(`${name} ${keyBits}: encrypts the parameters of a session`, async () => {
        bench.exact(false)
        const session = await startSession(client, { type: 'hmac', random, hash: ALG.sha256, symmetric: sym })
        const both = session.with({ attributes: ['continueSession', 'decrypt', 'encrypt'] })
        const { outHash } = await client.run(Hash, {}, { data: text(37), hashAlg: ALG.sha256, hierarchy: RH.null }, [
          both,
        ])
        expect(outHash).to.have.length(32)
        const { randomBytes: made } = await client.run(GetRandom, {}, { bytesRequested: 20 }, [
          session.with({ attributes: ['continueSession', 'encrypt'] }),
        ])
        expect(made).to.have.length(20)
        await flush(session.handle)
      })
    }

    it(`${name}: a parent may name any mode`, async () => {
      bench.exact(false)
      for (const mode of modes) await flush((await parentOf({ algorithm, keyBits: 128, mode })).handle)
    })

    it(`${name}: sessions take CFB alone`, async () => {
      for (const mode of [ALG.cbc, ALG.null]) {
        const symmetric = { algorithm, keyBits: 128, mode }
        const started = startSession(client, { type: 'hmac', random, hash: ALG.sha256, symmetric })
        expect(await codeOf(started)).to.equal(atParameter(RC.mode, 3))
      }
    })
  }

  async function parentOf(symmetric: TPMT_SYM_DEF_OBJECT): Promise<Authorized> {
    const inPublic = { ...srkTemplate, parameters: { ...srkTemplate.parameters, symmetric } } as TPMT_PUBLIC
    const parameters = { inSensitive: { userAuth: empty, data: empty }, inPublic, outsideInfo: empty, creationPCR: [] }
    const primaryHandle = { ...named(RH.owner), auth: passwordSession() }
    return { ...(await client.run(CreatePrimary, { primaryHandle }, parameters)), auth: passwordSession() }
  }

  for (const [name, key, isGood] of tripleDesKeys)
    it(`Triple-DES ${isGood ? 'takes' : 'refuses'} ${name}`, async () => {
      const sensitive = fromHex(key)
      const external = cipherKey(ALG.tdes, sensitive, ALG.cfb)
      const parameters = { inPrivate: external.sensitive, inPublic: external.publicArea, hierarchy: RH.null }
      const loading = client.run(LoadExternal, {}, parameters)
      if (isGood) await flush((await loading).handle)
      else expect(await codeOf(loading)).to.equal(atParameter(RC.key, 0))
      bench.exact(false)
      const creating = create({ algorithm: ALG.tdes, keyBits: 8 * sensitive.length, mode: ALG.cfb }, sensitive)
      if (isGood) await flush((await creating).handle)
      else expect(await codeOf(creating)).to.equal(RC.key)
    })
}

/** TPM2_TestParms of a cipher in CFB mode, which no codec of ours would write. */
function testParms(algorithm: number, keyBits: number): Uint8Array {
  return fromHex(`8001000000120000018a0025${[algorithm, keyBits, ALG.cfb].map(inHex).join('')}`)
}
const inHex = (value: number): string => value.toString(16).padStart(4, '0')

function codeIn(response: Uint8Array): void {
  expect([...response.slice(6)]).to.deep.equal([0, 0, 1, 0xc4])
}
