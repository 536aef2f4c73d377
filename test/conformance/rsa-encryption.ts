import { expect } from 'chai'
import { generateKeyPairSync } from 'node:crypto'
import { concat } from '../../core/bytes/index.ts'
import {
  ALG,
  atHandle,
  atParameter,
  FlushContext,
  passwordSession,
  RC,
  RSA_Decrypt,
  RSA_Encrypt,
  type Authorized,
  type TpmClient,
  type TPMT_RSA_DECRYPT,
  type TPMT_RSA_SCHEME,
} from '../../core/tpm/index.ts'
import { eccKey, type ExternalKey, loadExternal, rsaKey } from './external-keys.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const empty: Uint8Array = new Uint8Array(0)
const message = new TextEncoder().encode('a message')
const label = new TextEncoder().encode('a label\0')
const keyBytes = 256
const none = { scheme: ALG.null } as const
const rsaes = { scheme: ALG.rsaes } as const
const oaep = { scheme: ALG.oaep, hashAlg: ALG.sha256 } as const
const oaep384 = { scheme: ALG.oaep, hashAlg: ALG.sha384 } as const
const decrypting = ['userWithAuth', 'noDA', 'decrypt'] as const
const key = (scheme: TPMT_RSA_SCHEME = none): ExternalKey => rsaKey(scheme, decrypting)

/** Of 1024 bits: the buffer of a message has room for larger numbers than its modulus. */
function smallKey(): ExternalKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const { n = '', p = '' } = privateKey.export({ format: 'jwk' })
  const part = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64url'))
  const { publicArea, sensitive } = key()
  if (publicArea.type !== ALG.rsa || sensitive.sensitiveType !== ALG.rsa) throw new Error('no RSA key')
  return {
    publicArea: { ...publicArea, parameters: { ...publicArea.parameters, keyBits: 1024 }, unique: part(n) },
    sensitive: { ...sensitive, sensitive: part(p) },
  }
}

/** Part 3, 14.2 and 14.3: encryption to an RSA key. */
export function rsaEncryption(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient
  let keyHandle: Authorized

  before(async () => {
    bench = await start()
    client = bench.client
  })

  after(() => {
    bench.close()
  })

  afterEach(async () => {
    await client.run(FlushContext, {}, { flushHandle: keyHandle.handle })
  })

  async function use(external: ExternalKey, isExact: boolean): Promise<void> {
    keyHandle = { ...(await loadExternal(client, external)), auth: passwordSession() }
    bench.exact(isExact)
  }
  const encrypt = (plain: Uint8Array, inScheme: TPMT_RSA_DECRYPT, with_ = empty) =>
    client.run(
      RSA_Encrypt,
      { keyHandle: { handle: keyHandle.handle, name: keyHandle.name } },
      {
        message: plain,
        inScheme,
        label: with_,
      },
    )
  const decrypt = (cipherText: Uint8Array, inScheme: TPMT_RSA_DECRYPT, with_ = empty) =>
    client.run(RSA_Decrypt, { keyHandle }, { cipherText, inScheme, label: with_ })

  const schemes: readonly (readonly [string, ExternalKey, TPMT_RSA_DECRYPT, Uint8Array])[] = [
    ['RSAES', key(), rsaes, empty],
    ['RSAES by the key’s own scheme', key(rsaes), none, empty],
    ['OAEP', key(), oaep, empty],
    ['OAEP with a label', key(), oaep, label],
    ['OAEP with SHA-384', key(), oaep384, label],
    ['OAEP by the key’s own scheme', key(oaep), none, label],
  ]
  for (const [name, external, scheme, with_] of schemes) {
    for (const plain of [message, empty]) {
      it(`${name}: what is encrypted is decrypted (${plain.length} bytes)`, async () => {
        await use(external, false)
        const { outData } = await encrypt(plain, scheme, with_)
        expect(outData.length).to.equal(keyBytes)
        bench.exact(true)
        expect((await decrypt(outData, scheme, with_)).message).to.deep.equal(plain)
      })
    }
  }

  it('without a scheme it is the bare power', async () => {
    await use(key(), true)
    const { outData } = await encrypt(message, none)
    const { message: opened } = await decrypt(outData, none)
    expect(opened.length).to.equal(keyBytes)
    expect(opened.slice(-message.length)).to.deep.equal(message)
    expect((await encrypt(opened, none)).outData).to.deep.equal(outData)
  })

  it('without a scheme a number may have zeros in front, and no more digits than the modulus', async () => {
    await use(smallKey(), true)
    const zeros = new Uint8Array(keyBytes - message.length)
    const { outData } = await encrypt(concat(zeros, message), none)
    expect((await encrypt(message, none)).outData).to.deep.equal(outData)
    expect(await codeOf(encrypt(new Uint8Array(keyBytes / 2 + 1).fill(1), none))).to.equal(RC.value)
  })

  it('refuses a cipher text of another size', async () => {
    await use(key(), true)
    for (const cipherText of [new Uint8Array(keyBytes - 1), new Uint8Array(keyBytes + 1), empty])
      expect(await codeOf(decrypt(cipherText, oaep, label))).to.equal(RC.size)
  })

  const other = key(oaep)
  const refusals: readonly (readonly [string, ExternalKey, TPMT_RSA_DECRYPT, Uint8Array, number])[] = [
    ['an ECC key', eccKey(none, decrypting), oaep, empty, atHandle(RC.key, 0)],
    ['a key that does not decrypt', rsaKey(), oaep, empty, atHandle(RC.attributes, 0)],
    ['another scheme than the key’s', other, rsaes, empty, atParameter(RC.scheme, 1)],
    ['another hash than the key’s', other, oaep384, empty, atParameter(RC.scheme, 1)],
    ['a label without its terminator', key(), oaep, message, atParameter(RC.value, 2)],
  ]
  for (const [name, external, scheme, with_, expected] of refusals) {
    it(`refuses ${name}`, async () => {
      await use(external, true)
      expect(await codeOf(encrypt(message, scheme, with_))).to.equal(expected)
      expect(await codeOf(decrypt(new Uint8Array(keyBytes), scheme, with_))).to.equal(expected)
    })
  }
}
