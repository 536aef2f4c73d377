import { expect } from 'chai'
import {
  ALG,
  type Authorized,
  CAP,
  CreateLoaded,
  CreatePrimary,
  encode,
  EvictControl,
  firstHandle,
  FlushContext,
  GetCapability,
  HMAC_Start,
  Load,
  LoadExternal,
  named,
  passwordSession,
  RC,
  RH,
  srkTemplate,
  TPMA_OBJECT,
  type TpmClient,
  TPMT_PUBLIC,
} from '../../core/tpm/index.ts'
import { hmacKey } from './external-keys.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const empty: Uint8Array = new Uint8Array(0)
const nothing = { userAuth: empty, data: empty }
const owner = { ...named(RH.owner), auth: passwordSession() }
const { publicArea: hmacPublic } = hmacKey(empty)
const mac: TPMT_PUBLIC = {
  ...hmacPublic,
  objectAttributes: TPMA_OBJECT.of('sensitiveDataOrigin', 'userWithAuth', 'noDA', 'sign'),
  unique: empty,
} as TPMT_PUBLIC
const transient = (slot: number): number => firstHandle.transient + slot

/** Which handles clients find for what they load. */
export function transientHandles(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient

  beforeEach(async () => {
    bench = await start()
    client = bench.client
    bench.exact('code')
  })

  afterEach(() => {
    bench.close()
  })

  async function makePersistent(inPublic: TPMT_PUBLIC, persistentHandle: number): Promise<Authorized> {
    const parameters = { inSensitive: nothing, inPublic, outsideInfo: empty, creationPCR: [] }
    const { handle, name } = await client.run(CreatePrimary, { primaryHandle: owner }, parameters)
    const objectHandle = { handle, name }
    await client.run(EvictControl, { auth: owner, objectHandle }, { persistentHandle })
    await client.run(FlushContext, {}, { flushHandle: handle })
    return { handle: persistentHandle, name, auth: passwordSession() }
  }
  const createMac = (parentHandle: Authorized) =>
    client.run(CreateLoaded, { parentHandle }, { inSensitive: nothing, inPublic: encode(TPMT_PUBLIC, mac) })
  async function loaded(): Promise<readonly number[]> {
    bench.exact(true)
    const property = firstHandle.transient
    const { capabilityData } = await client.run(
      GetCapability,
      {},
      { capability: CAP.handles, property, propertyCount: 9 },
    )
    bench.exact('code')
    if (capabilityData.capability !== CAP.handles) throw new Error('no handles')
    return capabilityData.data
  }

  it('leave a slot free for the persistent object that made the new one', async () => {
    const parent = await makePersistent(srkTemplate, 0x81000010)
    await createMac(parent)
    expect(await loaded()).to.deep.equal([transient(1)])
    await createMac(owner)
    expect(await loaded()).to.deep.equal([transient(0), transient(1)])
  })

  it('leave one free for the persistent key of a sequence', async () => {
    const handle = await makePersistent(mac, 0x81000011)
    await client.run(HMAC_Start, { handle }, { auth: empty, hashAlg: ALG.null })
    expect(await loaded()).to.deep.equal([transient(1)])
  })

  it('are missed before anything else is', async () => {
    for (let slot = 0; slot < 3; slot++) await createMac(owner)
    const noParent = { ...named(transient(0)), auth: passwordSession() }
    const load = client.run(Load, { parentHandle: noParent }, { inPrivate: empty, inPublic: mac })
    expect(await codeOf(load)).to.equal(RC.objectMemory)
    const inPublic = { ...mac, objectAttributes: TPMA_OBJECT.of('fixedTPM', 'sign') }
    const external = client.run(LoadExternal, {}, { inPrivate: undefined, inPublic, hierarchy: RH.owner })
    expect(await codeOf(external)).to.equal(RC.objectMemory)
  })
}
