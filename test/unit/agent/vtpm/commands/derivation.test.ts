import { expect } from 'chai'
import { toHex } from '../../../../../core/bytes/index.ts'
import {
  CreateLoaded,
  encode,
  FlushContext,
  hmac,
  ALG,
  Import,
  Load,
  passwordSession,
  TPM2B_SENSITIVE,
  TPMA_OBJECT,
  TPMT_DERIVED_TEMPLATE,
  type TPMT_PUBLIC,
} from '../../../../../core/tpm/index.ts'
import { derivation, derivedTemplates } from '../../../../conformance/derivation.ts'
import { storageKey } from '../../../../conformance/duplication.ts'
import { aloneOnBench } from '../../../../conformance/tpm-bench.ts'

const empty: Uint8Array = new Uint8Array(0)
const secret = new Uint8Array(32).fill(3)
const seedValue = new Uint8Array(32).fill(4)

/** Names of what libtpms 0.9.2 derives from that secret by the label `one` and the context `x`. */
const known: Readonly<Record<string, string>> = {
  'a key on P-256': '000b30be0126af70f63c1acf6d5831b4f6ab0c3706871b49c5da7037771ecb83bbc7',
  'a key on P-521': '000ba37858ad5e535a2b0c4f95c7816b2b583e755e49ed3505740c14639ef339835d',
  'an HMAC key': '000b9adb5ff1c7e4206b1babcefae219e9b81153b9a28faba5ff9a6ce6f449c374f2',
  'an AES key': '000b9fb430c0cee72adb2ea56aed55222956fd7de2ef4a9f7ce04f2a9cfa43053b0c',
}

const parentArea: TPMT_PUBLIC = {
  type: ALG.keyedhash,
  nameAlg: ALG.sha256,
  objectAttributes: TPMA_OBJECT.of('userWithAuth', 'restricted', 'decrypt'),
  authPolicy: empty,
  parameters: { scheme: { scheme: ALG.xor, hashAlg: ALG.sha256, kdf: ALG.kdf1_sp800_108 } },
  unique: hmac(ALG.sha256, seedValue, secret),
}

describe('derived objects', () => {
  derivation(aloneOnBench)

  it('are those that libtpms derives from a parent that was imported', async () => {
    const bench = await aloneOnBench()
    const { client } = bench
    const storage = await storageKey(client)
    const sensitive = { sensitiveType: ALG.keyedhash, authValue: empty, seedValue, sensitive: secret } as const
    const duplicate = encode(TPM2B_SENSITIVE, sensitive)
    const unwrapped = { encryptionKey: empty, inSymSeed: empty, symmetricAlg: { algorithm: ALG.null } } as const
    const imported = { ...unwrapped, duplicate, objectPublic: parentArea }
    const { outPrivate: inPrivate } = await client.run(Import, { parentHandle: storage }, imported)
    const { handle, name } = await client.run(Load, { parentHandle: storage }, { inPrivate, inPublic: parentArea })
    const parentHandle = { handle, name, auth: passwordSession() }

    const objectAttributes = TPMA_OBJECT.of('userWithAuth', 'fixedParent', 'sign')
    const unique = { label: new TextEncoder().encode('one'), context: new TextEncoder().encode('x') }
    for (const [title, template] of derivedTemplates) {
      const isCipher = template.type === ALG.symcipher
      const change = isCipher ? { ...objectAttributes, decrypt: true } : objectAttributes
      const derived = { ...template, objectAttributes: change, unique } as TPMT_DERIVED_TEMPLATE
      const inPublic = encode(TPMT_DERIVED_TEMPLATE, derived)
      const parameters = { inSensitive: { userAuth: empty, data: empty }, inPublic }
      const made = await client.run(CreateLoaded, { parentHandle }, parameters)
      expect(toHex(made.name), title).to.equal(known[title])
      await client.run(FlushContext, {}, { flushHandle: made.handle })
    }
    bench.close()
  })
})
