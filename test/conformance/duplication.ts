import { expect } from 'chai'
import { createHash } from 'node:crypto'
import { concat } from '../../core/bytes/index.ts'
import {
  cfbEncrypt,
  ALG,
  atHandle,
  atParameter,
  type Authorized,
  CreatePrimary,
  encode,
  FlushContext,
  Import,
  Load,
  named,
  nameOf,
  passwordSession,
  RC,
  RH,
  srkTemplate,
  TPM2B_DIGEST,
  TPM2B_SENSITIVE,
  TPMA_OBJECT,
  TPMS_ECC_POINT,
  type TpmClient,
  type TPMT_PUBLIC,
  type TPMT_SYM_DEF_OBJECT,
} from '../../core/tpm/index.ts'
import { eccKey, type ExternalKey, hmacKey, loadExternal, rsaKey } from './external-keys.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const empty: Uint8Array = new Uint8Array(0)
const noSymmetric: TPMT_SYM_DEF_OBJECT = { algorithm: ALG.null }
const aes128: TPMT_SYM_DEF_OBJECT = { algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb }
const nowhere = { x: new Uint8Array(32), y: new Uint8Array(32) }
const innerKey = new Uint8Array(16).fill(9)
const hmacObject = hmacKey(new TextEncoder().encode('an hmac key'))

export interface ImportParameters {
  readonly encryptionKey: Uint8Array
  readonly objectPublic: TPMT_PUBLIC
  readonly duplicate: Uint8Array
  readonly inSymSeed: Uint8Array
  readonly symmetricAlg: TPMT_SYM_DEF_OBJECT
}

/** A key as it travels without any wrapper. */
export function plain({ publicArea, sensitive }: ExternalKey): ImportParameters {
  const duplicate = encode(TPM2B_SENSITIVE, sensitive)
  return { encryptionKey: empty, objectPublic: publicArea, duplicate, inSymSeed: empty, symmetricAlg: noSymmetric }
}

/** Part 1, 23.3.2.3: a key under an inner wrapper. */
export function wrapped(
  { publicArea, sensitive }: ExternalKey,
  symmetricAlg: TPMT_SYM_DEF_OBJECT = aes128,
  encryptionKey: Uint8Array = innerKey,
): ImportParameters {
  const wire = encode(TPM2B_SENSITIVE, sensitive)
  const integrity = new Uint8Array(createHash('sha256').update(wire).update(nameOf(publicArea)).digest())
  const duplicate = cfbEncrypt(symmetricAlg.algorithm, encryptionKey, concat(encode(TPM2B_DIGEST, integrity), wire))
  return { encryptionKey, objectPublic: publicArea, duplicate, inSymSeed: empty, symmetricAlg }
}

/** A storage key in the owner's hierarchy. */
export async function storageKey(client: TpmClient): Promise<Authorized & { readonly publicArea: TPMT_PUBLIC }> {
  const primaryHandle = { ...named(RH.owner), auth: passwordSession() }
  const parameters = {
    inSensitive: { userAuth: empty, data: empty },
    inPublic: srkTemplate,
    outsideInfo: empty,
    creationPCR: [],
  }
  const { handle, name, outPublic } = await client.run(CreatePrimary, { primaryHandle }, parameters)
  return { handle, name, auth: passwordSession(), publicArea: outPublic }
}

/** Part 3, 13.3: keys that come from elsewhere. */
export function duplication(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient
  let parentHandle: Authorized

  before(async () => {
    bench = await start()
    client = bench.client
    // Parents differ from TPM to TPM, and with them everything sealed under one.
    bench.exact(false)
    parentHandle = await storageKey(client)
  })

  after(() => {
    bench.close()
  })

  const importObject = (parameters: ImportParameters, parent = parentHandle) =>
    client.run(Import, { parentHandle: parent }, parameters)

  const externals: readonly (readonly [string, ExternalKey])[] = [
    ['an HMAC key', hmacObject],
    ['an ECC key', eccKey()],
    ['an RSA key', rsaKey()],
  ]
  for (const [name, external] of externals) {
    for (const [how, parcel] of [
      ['without a wrapper', plain(external)],
      ['in an inner wrapper', wrapped(external)],
    ] as const) {
      it(`takes ${name} ${how}`, async () => {
        const { outPrivate } = await importObject(parcel)
        expect(outPrivate.length).to.be.greaterThan(parcel.duplicate.length)
      })
    }
  }

  const small = plain(hmacObject)
  const inner = wrapped(hmacObject)
  const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte))
  const withAttributes = (...names: readonly (keyof TPMA_OBJECT)[]): TPMT_PUBLIC => ({
    ...hmacObject.publicArea,
    objectAttributes: TPMA_OBJECT.of('userWithAuth', 'noDA', 'sign', ...names),
  })
  const refusals: readonly (readonly [string, ImportParameters, number])[] = [
    [
      'an object that is fixed to a TPM',
      { ...small, objectPublic: withAttributes('fixedTPM', 'fixedParent') },
      atParameter(RC.attributes, 1),
    ],
    [
      'an object that is fixed to a parent',
      { ...small, objectPublic: withAttributes('fixedParent') },
      atParameter(RC.attributes, 1),
    ],
    ['a key for no wrapper', { ...small, encryptionKey: innerKey }, atParameter(RC.size, 0)],
    ['a wrapper without a key', { ...inner, encryptionKey: empty }, atParameter(RC.size, 0)],
    ['a key of another size', { ...inner, encryptionKey: innerKey.slice(1) }, atParameter(RC.size, 0)],
    ['a wrapper that was altered', { ...inner, duplicate: flipped(inner.duplicate, 40) }, atParameter(RC.integrity, 2)],
    ['a wrapper under another key', { ...inner, encryptionKey: flipped(innerKey, 0) }, 0],
    ['a wrapper of another object', { ...inner, objectPublic: withAttributes('decrypt') }, 0],
    ['a private area of another object', { ...small, duplicate: flipped(small.duplicate, 50) }, 0],
    ['a private area cut short', { ...small, duplicate: small.duplicate.slice(0, -1) }, 0],
    ['a private area with more behind', { ...small, duplicate: concat(small.duplicate, Uint8Array.of(0)) }, 0],
    ['nothing at all', { ...small, duplicate: empty }, 0],
    ['a private area of another type', { ...small, duplicate: plain(eccKey()).duplicate }, 0],
    [
      'an authValue that is too long',
      plain({ ...hmacObject, sensitive: { ...hmacObject.sensitive, authValue: new Uint8Array(33).fill(1) } }),
      0,
    ],
    ['a seed that is no point', { ...small, inSymSeed: encode(TPMS_ECC_POINT, nowhere) }, atParameter(RC.eccPoint, 3)],
  ]
  for (const [name, parcel, expected] of refusals) {
    it(`refuses ${name}`, async () => {
      const code = await codeOf(importObject(parcel))
      if (expected === 0) expect(code).to.be.greaterThan(0)
      else expect(code).to.equal(expected)
    })
  }

  it('refuses a parent that is none', async () => {
    const { handle, name } = await loadExternal(client, hmacObject)
    const noParent = { handle, name, auth: passwordSession() }
    expect(await codeOf(importObject(small, noParent))).to.equal(atHandle(RC.type, 0))
    await client.run(FlushContext, {}, { flushHandle: handle })
  })

  it('does not load under the parent what was not imported there', async () => {
    const load = client.run(Load, { parentHandle }, { inPrivate: small.duplicate, inPublic: small.objectPublic })
    expect(await codeOf(load)).to.be.greaterThan(0)
  })
}
