import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import {
  ALG,
  atHandle,
  atParameter,
  type Authorized,
  CC,
  commandCodeStep,
  CreatePrimary,
  Duplicate,
  encode,
  FlushContext,
  named,
  passwordSession,
  PolicyCommandCode,
  RC,
  Rewrap,
  RH,
  srkTemplate,
  startSession,
  TPM2B_SENSITIVE,
  TPMA_OBJECT,
  type TpmClient,
  type TPMT_SYM_DEF_OBJECT,
} from '../../core/tpm/index.ts'
import { storageKey } from './duplication.ts'
import { eccKey, type ExternalKey, hmacKey, loadExternal, rsaKey } from './external-keys.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const empty: Uint8Array = new Uint8Array(0)
const none: TPMT_SYM_DEF_OBJECT = { algorithm: ALG.null }
const aes128: TPMT_SYM_DEF_OBJECT = { algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb }
const innerKey = new Uint8Array(16).fill(9)
const nobody = named(RH.null)
const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))

/** A key that its holder may duplicate. */
function movable({ publicArea, sensitive }: ExternalKey, ...attributes: readonly (keyof TPMA_OBJECT)[]): ExternalKey {
  const authPolicy = commandCodeStep(CC.Duplicate)(ALG.sha256, new Uint8Array(32))
  const objectAttributes = TPMA_OBJECT.of('userWithAuth', 'noDA', 'sign', ...attributes)
  return { publicArea: { ...publicArea, authPolicy, objectAttributes }, sensitive }
}

/** The sensitive area as it travels: with an authValue as long as the Name's digest. */
const travelling = ({ sensitive }: ExternalKey): Uint8Array =>
  encode(TPM2B_SENSITIVE, { ...sensitive, authValue: new Uint8Array(32) })

/** Duplicates a key under a policy session that allows it. */
export async function duplicateKey(
  client: TpmClient,
  key: Pick<Authorized, 'handle' | 'name'>,
  newParentHandle: Pick<Authorized, 'handle' | 'name'>,
  parameters: { readonly encryptionKeyIn: Uint8Array; readonly symmetricAlg: TPMT_SYM_DEF_OBJECT },
) {
  const session = await startSession(client, { type: 'policy', random, hash: ALG.sha256 })
  try {
    await client.run(PolicyCommandCode, { policySession: named(session.handle) }, { code: CC.Duplicate })
    const objectHandle = { handle: key.handle, name: key.name, auth: session }
    return await client.run(Duplicate, { objectHandle, newParentHandle }, parameters)
  } finally {
    await client.run(FlushContext, {}, { flushHandle: session.handle })
  }
}

/** Part 3, 13.1 and 13.2: keys that leave, or pass through. */
export function departures(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient
  let parent: Authorized

  before(async () => {
    bench = await start()
    client = bench.client
    // Seeds and nonces are random.
    bench.exact(false)
    parent = await storageKey(client)
  })

  after(() => {
    bench.close()
  })

  const publicOnly = ({ handle, name }: Authorized) => ({ handle, name })

  async function leave(
    external: ExternalKey,
    newParent: 'parent' | 'nobody' | ExternalKey,
    symmetricAlg: TPMT_SYM_DEF_OBJECT = none,
    encryptionKeyIn = empty,
  ) {
    const key = await loadExternal(client, external)
    const other = typeof newParent === 'object' ? await loadExternal(client, newParent) : undefined
    const to = other ?? (newParent === 'parent' ? publicOnly(parent) : nobody)
    try {
      return await duplicateKey(client, key, to, { symmetricAlg, encryptionKeyIn })
    } finally {
      for (const each of [key, other])
        if (each !== undefined) await client.run(FlushContext, {}, { flushHandle: each.handle })
    }
  }

  const mac = movable(hmacKey(new TextEncoder().encode('an hmac key')))
  const keys = [
    ['an HMAC key', mac],
    ['an ECC key', movable(eccKey())],
    ['an RSA key', movable(rsaKey())],
  ] as const
  for (const [name, key] of keys) {
    it(`${name} leaves in the clear where its policy lets it`, async () => {
      const { encryptionKeyOut, duplicate, outSymSeed } = await leave(key, 'nobody')
      expect([encryptionKeyOut.length, outSymSeed.length]).to.deep.equal([0, 0])
      expect(duplicate).to.deep.equal(travelling(key))
    })

    it(`${name} leaves in an inner wrapper under a key of the caller or of the TPM`, async () => {
      for (const [given, size] of [
        [innerKey, 0],
        [empty, 16],
      ] as const) {
        const { encryptionKeyOut, duplicate } = await leave(key, 'nobody', aes128, given)
        expect(encryptionKeyOut.length).to.equal(size)
        expect(duplicate.length).to.be.greaterThan(travelling(key).length)
      }
    })

    it(`${name} leaves in an outer wrapper, and in both`, async () => {
      for (const symmetricAlg of [none, aes128]) {
        const { duplicate, outSymSeed } = await leave(key, 'parent', symmetricAlg)
        expect(outSymSeed.length).to.be.greaterThan(0)
        expect(duplicate.length).to.be.greaterThan(travelling(key).length)
      }
    })
  }

  const careful = movable(mac, 'encryptedDuplication')
  const refusals: readonly (readonly [
    string,
    ExternalKey,
    'parent' | 'nobody' | ExternalKey,
    TPMT_SYM_DEF_OBJECT,
    Uint8Array,
    number,
  ])[] = [
    ['a new parent that is none', mac, eccKey(), none, empty, atHandle(RC.type, 1)],
    ['a key for no wrapper', mac, 'nobody', none, innerKey, atParameter(RC.size, 0)],
    ['a key of another size', mac, 'nobody', aes128, innerKey.slice(1), atParameter(RC.size, 0)],
    ['to leave out the inner wrapper', careful, 'parent', none, empty, atParameter(RC.symmetric, 1)],
    ['to leave out the outer wrapper', careful, 'nobody', aes128, empty, atHandle(RC.hierarchy, 1)],
  ]
  for (const [name, key, newParent, symmetricAlg, encryptionKeyIn, expected] of refusals) {
    it(`refuses ${name}`, async () => {
      expect(await codeOf(leave(key, newParent, symmetricAlg, encryptionKeyIn))).to.equal(expected)
    })
  }

  it('refuses a key that is fixed to its parent', async () => {
    const inPublic = { ...srkTemplate, authPolicy: mac.publicArea.authPolicy }
    const inSensitive = { userAuth: empty, data: empty }
    const parameters = { inSensitive, inPublic, outsideInfo: empty, creationPCR: [] }
    const primaryHandle = { ...named(RH.owner), auth: passwordSession() }
    const key = await client.run(CreatePrimary, { primaryHandle }, parameters)
    const leaving = duplicateKey(client, key, nobody, { encryptionKeyIn: empty, symmetricAlg: none })
    expect(await codeOf(leaving)).to.equal(atHandle(RC.attributes, 0))
    await client.run(FlushContext, {}, { flushHandle: key.handle })
  })

  it('refuses a password for it', async () => {
    const key = await loadExternal(client, mac)
    const objectHandle = { ...key, auth: passwordSession() }
    const parameters = { encryptionKeyIn: empty, symmetricAlg: none }
    const run = client.run(Duplicate, { objectHandle, newParentHandle: nobody }, parameters)
    expect(await codeOf(run)).to.equal(RC.authType)
    await client.run(FlushContext, {}, { flushHandle: key.handle })
  })

  const rewrap = (
    oldParent: Authorized,
    newParent: Pick<Authorized, 'handle' | 'name'>,
    change: { readonly inDuplicate?: Uint8Array; readonly inSymSeed?: Uint8Array } = {},
  ) => {
    const parameters = { inDuplicate: travelling(mac), name: parent.name, inSymSeed: empty, ...change }
    return client.run(Rewrap, { oldParent, newParent }, parameters)
  }
  const noOldParent: Authorized = { ...nobody, auth: passwordSession() }

  it('wraps what comes in the clear, for a new parent or for nobody', async () => {
    const forNobody = await rewrap(noOldParent, nobody)
    expect(forNobody).to.deep.equal({ outDuplicate: travelling(mac), outSymSeed: empty })
    const { outDuplicate, outSymSeed } = await rewrap(noOldParent, publicOnly(parent))
    expect(outDuplicate.length).to.equal(travelling(mac).length + 34)
    expect(outSymSeed.length).to.be.greaterThan(0)
  })

  it('refuses to rewrap with a seed and no old parent, or the other way round', async () => {
    expect(await codeOf(rewrap(parent, nobody))).to.equal(atHandle(RC.handle, 0))
    expect(await codeOf(rewrap(noOldParent, nobody, { inSymSeed: innerKey }))).to.equal(atHandle(RC.handle, 0))
  })

  it('refuses to rewrap what is not for the old parent', async () => {
    expect(await codeOf(rewrap(parent, nobody, { inSymSeed: innerKey }))).to.equal(atParameter(RC.value, 2))
  })

  it('refuses to rewrap between parents that are none', async () => {
    const { handle, name } = await loadExternal(client, eccKey())
    const noParent = { handle, name, auth: passwordSession() }
    expect(await codeOf(rewrap(noParent, nobody, { inSymSeed: innerKey }))).to.equal(atHandle(RC.type, 0))
    expect(await codeOf(rewrap(noOldParent, { handle, name }))).to.equal(atHandle(RC.type, 1))
    await client.run(FlushContext, {}, { flushHandle: handle })
  })
}
