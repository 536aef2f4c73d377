import { expect } from 'chai'
import { constants, publicEncrypt } from 'node:crypto'
import { type ExternalKey, loadExternal, rsaKey } from '../../../../conformance/external-keys.ts'
import { rsaEncryption } from '../../../../conformance/rsa-encryption.ts'
import { aloneOnBench, codeOf, type TpmBench } from '../../../../conformance/tpm-bench.ts'
import {
  ALG,
  type Authorized,
  passwordSession,
  publicKeyOf,
  RC,
  RSA_Decrypt,
  RSA_Encrypt,
  type TPMT_RSA_DECRYPT,
} from '../../../../../core/tpm/index.ts'

const empty: Uint8Array = new Uint8Array(0)
const message: Uint8Array = new TextEncoder().encode('a message')
const label = new TextEncoder().encode('a label\0')
const keyBytes = 256
const none = { scheme: ALG.null } as const
const rsaes = { scheme: ALG.rsaes } as const
const oaep = { scheme: ALG.oaep, hashAlg: ALG.sha256 } as const
const oaep384 = { scheme: ALG.oaep, hashAlg: ALG.sha384 } as const

describe('encryption to RSA keys', () => {
  rsaEncryption(aloneOnBench)
})

describe('encryption to RSA keys with OpenSSL at the other end', () => {
  const external: ExternalKey = rsaKey(none, ['userWithAuth', 'noDA', 'decrypt'])
  let bench: TpmBench
  let keyHandle: Authorized

  before(async () => {
    bench = await aloneOnBench()
    keyHandle = { ...(await loadExternal(bench.client, external)), auth: passwordSession() }
  })

  after(() => {
    bench.close()
  })

  const decrypt = (cipherText: Uint8Array, inScheme: TPMT_RSA_DECRYPT, with_ = empty) =>
    bench.client.run(RSA_Decrypt, { keyHandle }, { cipherText, inScheme, label: with_ })
  const encrypt = (plain: Uint8Array, inScheme: TPMT_RSA_DECRYPT) => {
    const publicOnly = { handle: keyHandle.handle, name: keyHandle.name }
    return bench.client.run(RSA_Encrypt, { keyHandle: publicOnly }, { message: plain, inScheme, label: empty })
  }
  const sealed = (padding: object, plain = message): Uint8Array =>
    new Uint8Array(publicEncrypt({ key: publicKeyOf(external.publicArea), ...padding }, plain))

  it('decrypts what OpenSSL encrypted', async () => {
    const pkcs1 = sealed({ padding: constants.RSA_PKCS1_PADDING })
    expect((await decrypt(pkcs1, rsaes)).message).to.deep.equal(message)
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    const labelled = sealed({ padding, oaepHash: 'sha256', oaepLabel: label })
    expect((await decrypt(labelled, oaep, label)).message).to.deep.equal(message)
  })

  it('refuses what is no cipher text', async () => {
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    const good = sealed({ padding, oaepHash: 'sha256', oaepLabel: label })
    const altered = good.map((byte, i) => (i === keyBytes - 1 ? byte ^ 1 : byte))
    const above = new Uint8Array(keyBytes).fill(255)
    for (const [cipherText, scheme, with_] of [
      [altered, oaep, label],
      [good, oaep, empty],
      [good, oaep384, label],
      [good, rsaes, empty],
      [above, none, empty],
      [above, rsaes, empty],
      [new Uint8Array(keyBytes), oaep, empty],
    ] as const)
      expect(await codeOf(decrypt(cipherText, scheme, with_))).to.equal(RC.value)
  })

  it('refuses padding that is wrong', async () => {
    const padded = (...start: readonly number[]): Uint8Array => {
      const encoded = new Uint8Array(keyBytes).fill(0x55)
      encoded.set(start)
      return encoded
    }
    const filled = (size: number): number[] => new Array<number>(size).fill(0x55)
    for (const [encoded, expected] of [
      [padded(0, 2, ...filled(8), 0), RC.success],
      [padded(0, 2, ...filled(7), 0), RC.value],
      [padded(0, 2), RC.value],
      [padded(0, 1, ...filled(8), 0), RC.value],
      [padded(1, 2, ...filled(8), 0), RC.value],
    ] as const)
      expect(await codeOf(decrypt(sealed({ padding: constants.RSA_NO_PADDING }, encoded), rsaes))).to.equal(expected)
  })

  it('refuses a message that does not fit', async () => {
    for (const [size, scheme] of [
      [keyBytes - 10, rsaes],
      [keyBytes - 65, oaep],
      [keyBytes, oaep],
      [keyBytes, none],
      [keyBytes + 1, none],
    ] as const)
      expect(await codeOf(encrypt(new Uint8Array(size).fill(255), scheme))).to.equal(RC.value)
  })
})
