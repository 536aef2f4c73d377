import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import {
  ALG,
  atHandle,
  atSession,
  type Authorized,
  CC,
  commandCodeStep,
  CreatePrimary,
  FlushContext,
  handleName,
  HMAC,
  named,
  type Named,
  NT,
  NV_DefineSpace,
  NV_Read,
  NV_ReadPublic,
  NV_Write,
  ObjectChangeAuth,
  passwordSession,
  PCR_Extend,
  PCR_Reset,
  PolicyCommandCode,
  policyDigest,
  RC,
  RH,
  srkTemplate,
  startSession,
  TPMA_NV,
  TPMA_OBJECT,
  type TpmClient,
} from '../../core/tpm/index.ts'
import { hmacKey, loadExternal } from './external-keys.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
const empty = new Uint8Array(0)
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
const password = ascii('password')
const owner = { handle: RH.owner, name: handleName(RH.owner), auth: passwordSession() }

/** Part 1, 19.7.3: who may use an object, an index or a PCR, and who may change it. */
export function roles(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient
  let parent: Named
  let nextIndex = 0x01520000

  before(async () => {
    bench = await start()
    client = bench.client
    // What is drawn is each one's own.
    bench.exact(false)
    const inSensitive = { userAuth: empty, data: empty }
    const parameters = { inSensitive, inPublic: srkTemplate, outsideInfo: empty, creationPCR: [] }
    const { handle, name } = await client.run(CreatePrimary, { primaryHandle: owner }, parameters)
    parent = { handle, name }
  })

  after(() => {
    bench.close()
  })

  /** Runs in a policy session in which this command code is asserted, if any. */
  async function byPolicy(code: number | undefined, use: (auth: Authorized['auth']) => Promise<unknown>) {
    const session = await startSession(client, { type: 'policy', random, hash: ALG.sha256 })
    if (code !== undefined) await client.run(PolicyCommandCode, { policySession: named(session.handle) }, { code })
    const rc = await codeOf(use(session))
    await client.run(FlushContext, {}, { flushHandle: session.handle })
    return rc
  }

  describe('of a key', () => {
    let key: Named
    const use = (auth: Authorized['auth']) =>
      client.run(HMAC, { handle: { ...key, auth } }, { buffer: password, hashAlg: ALG.null })
    const change = (auth: Authorized['auth']) =>
      client.run(ObjectChangeAuth, { objectHandle: { ...key, auth }, parentHandle: parent }, { newAuth: empty })
    /** What has no parent is changed by nobody, which is looked at behind the authorization. */
    const passed = atHandle(RC.type, 1)

    const rows: readonly (readonly [
      attributes: readonly ('userWithAuth' | 'adminWithPolicy')[],
      used: number,
      changed: number,
    ])[] = [
      [['userWithAuth'], RC.success, passed],
      [['adminWithPolicy'], RC.authUnavailable, RC.authType],
      [['userWithAuth', 'adminWithPolicy'], RC.success, RC.authType],
      [[], RC.authUnavailable, passed],
    ]
    for (const [attributes, used, changed] of rows)
      describe(`that has ${attributes.join(' and ') || 'neither userWithAuth nor adminWithPolicy'}`, () => {
        before(async () => {
          const { publicArea, sensitive } = hmacKey(random(32))
          const objectAttributes = TPMA_OBJECT.of('sign', 'noDA', ...attributes)
          const authPolicy = policyDigest(ALG.sha256, commandCodeStep(CC.ObjectChangeAuth))
          key = await loadExternal(client, {
            publicArea: { ...publicArea, objectAttributes, authPolicy },
            sensitive: { ...sensitive, authValue: password },
          })
        })
        after(async () => {
          await client.run(FlushContext, {}, { flushHandle: key.handle })
        })

        it(used === RC.success ? 'is used by its password' : 'is not used by its password', async () => {
          expect(await codeOf(use(passwordSession(password)))).to.equal(used)
          if (used === RC.success) expect(await codeOf(use(passwordSession(empty)))).to.equal(atSession(RC.badAuth, 0))
        })
        it(changed === passed ? 'is for its password to change' : 'is not for its password to change', async () => {
          expect(await codeOf(change(passwordSession(password)))).to.equal(changed)
        })
        it('is changed by its policy, which has to name the command', async () => {
          expect(await byPolicy(CC.ObjectChangeAuth, change)).to.equal(passed)
          expect(await byPolicy(CC.HMAC, change)).to.equal(atSession(RC.policyFail, 0))
          expect(await byPolicy(undefined, change)).to.equal(atSession(RC.policyFail, 0))
          expect(await byPolicy(CC.ObjectChangeAuth, use)).to.equal(atSession(RC.policyCC, 0))
        })
      })
  })

  describe('of an index with a policy', () => {
    const rows: readonly (readonly [attributes: readonly (keyof TPMA_NV)[], read: number, written: number])[] = [
      [['policyRead', 'ownerWrite'], RC.success, RC.authUnavailable],
      [['policyWrite', 'ownerRead'], RC.authUnavailable, RC.success],
      [['authRead', 'authWrite'], RC.authUnavailable, RC.authUnavailable],
    ]
    for (const [attributes, read, written] of rows)
      it(`that is ${attributes.join(' and ')}`, async () => {
        const define = async (code: number) => {
          const publicInfo = {
            nvIndex: (nextIndex += 1),
            nameAlg: ALG.sha256,
            attributes: { ...TPMA_NV.of(...(attributes as never[]), 'noDA'), nt: NT.ordinary },
            authPolicy: policyDigest(ALG.sha256, commandCodeStep(code)),
            dataSize: 8,
          }
          await client.run(NV_DefineSpace, { authHandle: owner }, { auth: empty, publicInfo })
          const handle = publicInfo.nvIndex
          const name = async () => (await client.run(NV_ReadPublic, { nvIndex: { handle, name: empty } }, {})).nvName
          return async () => ({ handle, name: await name() })
        }
        const toWrite = await define(CC.NV_Write)
        const write = async (auth: Authorized['auth']) => {
          const nvIndex = await toWrite()
          await client.run(NV_Write, { authHandle: { ...nvIndex, auth }, nvIndex }, { data: ascii('x'), offset: 0 })
        }
        expect(await byPolicy(CC.NV_Write, write)).to.equal(written)
        const toRead = await define(CC.NV_Read)
        if (attributes.includes('ownerWrite')) {
          const nvIndex = await toRead()
          await client.run(NV_Write, { authHandle: owner, nvIndex }, { data: ascii('x'), offset: 0 })
        }
        const get = async (auth: Authorized['auth']) => {
          const nvIndex = await toRead()
          await client.run(NV_Read, { authHandle: { ...nvIndex, auth }, nvIndex }, { size: 1, offset: 0 })
        }
        expect(await byPolicy(CC.NV_Read, get)).to.equal(read)
      })
  })

  it('has no policy to go by where none was set', async () => {
    const byOwner = (auth: Authorized['auth']) => {
      const primaryHandle = { ...owner, auth }
      const inSensitive = { userAuth: empty, data: empty }
      return client.run(
        CreatePrimary,
        { primaryHandle },
        { inSensitive, inPublic: srkTemplate, outsideInfo: empty, creationPCR: [] },
      )
    }
    expect(await byPolicy(undefined, byOwner)).to.equal(RC.authUnavailable)
    const digests = [{ hashAlg: ALG.sha256, digest: new Uint8Array(32) }]
    for (const pcr of [16, 20, 23]) {
      const extend = (auth: Authorized['auth']) =>
        client.run(PCR_Extend, { pcrHandle: { ...named(pcr), auth } }, { digests })
      const reset = (auth: Authorized['auth']) => client.run(PCR_Reset, { pcrHandle: { ...named(pcr), auth } }, {})
      expect(await byPolicy(undefined, extend), `extend ${pcr}`).to.equal(
        pcr === 20 ? atSession(RC.policyFail, 0) : RC.authUnavailable,
      )
      expect(await byPolicy(undefined, reset), `reset ${pcr}`).to.equal(
        pcr === 20 ? atSession(RC.policyFail, 0) : RC.authUnavailable,
      )
    }
  })
}
