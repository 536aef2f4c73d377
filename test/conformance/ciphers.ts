import { expect } from 'chai'
import {
  ALG,
  atHandle,
  atParameter,
  type Authorized,
  EncryptDecrypt,
  EncryptDecrypt2,
  FlushContext,
  passwordSession,
  RC,
  type TpmClient,
} from '../../core/tpm/index.ts'
import { aesKey, cipherKey, type ExternalKey, hmacKey, loadExternal } from './external-keys.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const someBlocks = [0, 16, 64]
const someBytes = [0, 1, 7, 8, 9, 15, 16, 17, 40, 64]
const modes = [
  ['ECB', ALG.ecb, false, someBlocks],
  ['CBC', ALG.cbc, true, someBlocks],
  ['CFB', ALG.cfb, true, someBytes],
  ['OFB', ALG.ofb, true, someBytes],
  ['CTR', ALG.ctr, true, someBytes],
] as const
const blockCiphers = [
  ['AES', ALG.aes, 16, [16, 32]],
  ['Camellia', ALG.camellia, 16, [16, 32]],
  ['Triple-DES', ALG.tdes, 8, [16, 24]],
] as const
const text = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, i) => 3 * i)
const iv = new Uint8Array(16).fill(0xff)
const noIv = new Uint8Array(0)
const key128 = text(16)
const aes = aesKey(key128)
const tdes = cipherKey(ALG.tdes, key128)

/** Part 3, 15.2 and 15.3: block ciphers under a key of the TPM. */
export function ciphers(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient
  let keyHandle: Authorized

  before(async () => {
    bench = await start()
    client = bench.client
    bench.exact(true)
  })

  after(() => {
    bench.close()
  })

  afterEach(async () => {
    await client.run(FlushContext, {}, { flushHandle: keyHandle.handle })
  })

  async function use(external: ExternalKey): Promise<void> {
    keyHandle = { ...(await loadExternal(client, external)), auth: passwordSession() }
  }
  const run = (decrypt: 0 | 1, mode: number, ivIn: Uint8Array, inData: Uint8Array) =>
    client.run(EncryptDecrypt, { keyHandle }, { decrypt, mode, ivIn, inData })
  const run2 = (decrypt: 0 | 1, mode: number, ivIn: Uint8Array, inData: Uint8Array) =>
    client.run(EncryptDecrypt2, { keyHandle }, { decrypt, mode, ivIn, inData })

  for (const [name, mode, hasIv, sizes] of modes) {
    const ivBytes = hasIv ? 16 : 0
    for (const [cipher, algorithm, blockBytes, keySizes] of blockCiphers)
      for (const keyBytes of keySizes)
        it(`${cipher} ${8 * keyBytes} ${name}: there and back, and what continues`, async () => {
          await use(cipherKey(algorithm, text(keyBytes)))
          const ivIn = iv.slice(0, hasIv ? blockBytes : 0)
          for (const size of sizes) {
            const { outData, ivOut } = await run(0, mode, ivIn, text(size))
            const back = await run2(1, mode, ivIn, outData)
            expect(back).to.deep.equal({ outData: text(size), ivOut })
          }
        })

    it(`${name}: whole blocks in two commands are as in one`, async () => {
      await use(aes)
      const ivIn = iv.slice(0, ivBytes)
      const whole = await run2(0, mode, ivIn, text(64))
      const first = await run(0, mode, ivIn, text(64).slice(0, 32))
      const second = await run(0, mode, first.ivOut, text(64).slice(32))
      expect([...first.outData, ...second.outData]).to.deep.equal([...whole.outData])
      expect(second.ivOut).to.deep.equal(whole.ivOut)
    })

    it(`${name}: the mode of the key`, async () => {
      await use(aesKey(key128, mode))
      const ivIn = iv.slice(0, ivBytes)
      const byDefault = await run(0, ALG.null, ivIn, text(32))
      expect(await run(0, mode, ivIn, text(32))).to.deep.equal(byDefault)
      const other = mode === ALG.cfb ? ALG.ofb : ALG.cfb
      expect(await codeOf(run(0, other, iv, text(32)))).to.equal(atParameter(RC.mode, 1))
    })
  }

  const ways = ['userWithAuth', 'noDA'] as const
  const refusals: readonly (readonly [string, ExternalKey, 0 | 1, number, Uint8Array, Uint8Array, number, string])[] = [
    ['an HMAC key', hmacKey(key128), 0, ALG.cfb, iv, text(16), RC.key, 'keyHandle'],
    [
      'to encrypt by a key that decrypts',
      aesKey(key128, ALG.cfb, [...ways, 'decrypt']),
      0,
      ALG.cfb,
      iv,
      text(16),
      RC.attributes,
      'keyHandle',
    ],
    [
      'to decrypt by a key that encrypts',
      aesKey(key128, ALG.cfb, [...ways, 'sign']),
      1,
      ALG.cfb,
      iv,
      text(16),
      RC.attributes,
      'keyHandle',
    ],
    ['no mode at all', aes, 0, ALG.null, iv, text(16), RC.mode, 'mode'],
    ['a mode that is none', aes, 0, ALG.sha256, iv, text(16), RC.mode, 'mode'],
    ['an IV for ECB', aes, 0, ALG.ecb, iv, text(16), RC.size, 'ivIn'],
    ['an IV that is too short', aes, 0, ALG.cbc, iv.slice(1), text(16), RC.size, 'ivIn'],
    ['no IV', aes, 0, ALG.ctr, noIv, text(16), RC.size, 'ivIn'],
    ['an IV of AES for Triple-DES', tdes, 0, ALG.cbc, iv, text(16), RC.size, 'ivIn'],
    ['part of a block of Triple-DES', tdes, 0, ALG.cbc, iv.slice(8), text(15), RC.size, 'inData'],
    ['part of a block in CBC', aes, 0, ALG.cbc, iv, text(17), RC.size, 'inData'],
    ['part of a block in ECB', aes, 1, ALG.ecb, noIv, text(15), RC.size, 'inData'],
  ]
  const blamed = (rc: number, subject: string, { parameters }: { readonly parameters: object }): number =>
    subject === 'keyHandle' ? atHandle(rc, 0) : atParameter(rc, Object.keys(parameters).indexOf(subject))
  for (const [name, external, decrypt, mode, ivIn, inData, rc, subject] of refusals) {
    it(`refuses ${name}`, async () => {
      await use(external)
      expect(await codeOf(run(decrypt, mode, ivIn, inData))).to.equal(blamed(rc, subject, EncryptDecrypt))
      expect(await codeOf(run2(decrypt, mode, ivIn, inData))).to.equal(blamed(rc, subject, EncryptDecrypt2))
    })
  }
}
