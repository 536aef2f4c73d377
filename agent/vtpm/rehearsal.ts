import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import {
  ALG,
  CAP,
  ContextLoad,
  ContextSave,
  Create,
  CreatePrimary,
  digest,
  FlushContext,
  GetCapability,
  GetRandom,
  Hash,
  Load,
  named,
  NV_DefineSpace,
  NV_Read,
  NV_Write,
  passwordSession,
  pcrStep,
  PCR_Extend,
  PCR_Read,
  PolicyPCR,
  ReadPublic,
  RH,
  selectedPcrs,
  selectPcrs,
  srkTemplate,
  startSession,
  Startup,
  SU,
  TPMA_NV,
  TPMA_OBJECT,
  TpmClient,
  Unseal,
  type TPMT_PUBLIC,
} from '../../core/tpm/index.ts'
import { manufacture } from './manufacture.ts'
import { pooledNonces as nonces, systemRandom as random } from './random-pool.ts'
import { MemoryStorage } from './storage/memory-storage.ts'
import { Tpm } from './tpm.ts'

const empty = new Uint8Array(0)
const zeros = new Uint8Array(32)
const debugPcr = 16
const nvIndex = 0x01800001
const pcrs = [selectPcrs(ALG.sha256, [0, 1, 2, 3, 4, 5, 6, 7])]
const owner = { ...named(RH.owner), auth: passwordSession() }
const sealedTemplate: TPMT_PUBLIC = {
  type: ALG.keyedhash,
  nameAlg: ALG.sha256,
  objectAttributes: TPMA_OBJECT.of('fixedTPM', 'fixedParent', 'userWithAuth', 'noDA'),
  authPolicy: pcrStep(pcrs, digest(ALG.sha256, ...pcrs.flatMap(selectedPcrs).map(() => zeros)))(ALG.sha256, zeros),
  parameters: { scheme: { scheme: ALG.null } },
  unique: empty,
}
const sensitive = { userAuth: empty, data: zeros }

/** Enough for V8 to compile the way of a command. */
const defaultRounds = 60
/** How long it keeps the event loop from what really arrives. */
const sliceMs = 0.5

/**
 * Goes through what machines ask again and again, on a TPM of its own in memory: a process that has answered a few thousand
 * commands answers three times as fast as a new one. It gives way to everything else, and stops when the signal says so.
 */
export async function rehearse(signal: AbortSignal, rounds = defaultRounds): Promise<void> {
  const tpm = Tpm.open({
    storage: new MemoryStorage(manufacture({ random })),
    random,
    nonces,
    clock: () => performance.now(),
  })
  tpm.powerOn()
  let sliceEnd = 0
  const client = new TpmClient({
    async transmit(command) {
      if (performance.now() > sliceEnd) {
        await setImmediate()
        sliceEnd = performance.now() + sliceMs
      }
      return tpm.execute(command)
    },
  })
  try {
    await client.run(Startup, {}, { startupType: SU.clear })
    const storage = await prepare(client)
    for (let round = 0; round < rounds && !signal.aborted; round++) await rehearseOnce(client, storage)
  } finally {
    tpm.powerOff()
  }
}

type Storage = Awaited<ReturnType<typeof storageKey>>

async function storageKey(client: TpmClient) {
  const template = { inPublic: srkTemplate, outsideInfo: empty, creationPCR: [] }
  const inSensitive = { userAuth: empty, data: empty }
  const { handle, name } = await client.run(CreatePrimary, { primaryHandle: owner }, { inSensitive, ...template })
  return { handle, name }
}

async function prepare(client: TpmClient): Promise<Storage> {
  const attributes = TPMA_NV.of('ownerWrite', 'ownerRead', 'authRead', 'noDA')
  const publicInfo = { nvIndex, nameAlg: ALG.sha256, attributes, authPolicy: empty, dataSize: zeros.length }
  await client.run(NV_DefineSpace, { authHandle: owner }, { auth: empty, publicInfo })
  return storageKey(client)
}

async function rehearseOnce(client: TpmClient, storage: Storage): Promise<void> {
  await client.run(GetRandom, {}, { bytesRequested: zeros.length })
  await client.run(GetCapability, {}, { capability: CAP.tpmProperties, property: 0x100, propertyCount: 8 })
  await client.run(PCR_Read, {}, { pcrSelectionIn: pcrs })
  const pcrHandle = { ...named(debugPcr), auth: passwordSession() }
  await client.run(PCR_Extend, { pcrHandle }, { digests: [{ hashAlg: ALG.sha256, digest: zeros }] })
  await client.run(Hash, {}, { data: zeros, hashAlg: ALG.sha256, hierarchy: RH.null })
  const handles = { authHandle: owner, nvIndex: named(nvIndex) }
  await client.run(NV_Write, handles, { data: zeros, offset: 0 })
  await client.run(NV_Read, handles, { size: zeros.length, offset: 0 })
  await client.run(ReadPublic, { objectHandle: storage }, {})
  const again = await storageKey(client)
  await unseal(client, again)
  await client.run(FlushContext, {}, { flushHandle: again.handle })
}

async function unseal(client: TpmClient, storage: Storage): Promise<void> {
  const parentHandle = { ...storage, auth: passwordSession() }
  const made = await client.run(
    Create,
    { parentHandle },
    { inSensitive: sensitive, inPublic: sealedTemplate, outsideInfo: empty, creationPCR: [] },
  )
  const item = await client.run(Load, { parentHandle }, { inPrivate: made.outPrivate, inPublic: made.outPublic })
  await client.run(Unseal, { itemHandle: { ...item, auth: passwordSession() } }, {})
  const session = await startSession(client, { type: 'policy', random, hash: ALG.sha256 })
  await client.run(PolicyPCR, { policySession: named(session.handle) }, { pcrDigest: empty, pcrs })
  await client.run(Unseal, { itemHandle: { ...item, auth: session.with({ attributes: [] }) } }, {})
  const { context } = await client.run(ContextSave, { saveHandle: item }, {})
  await client.run(FlushContext, {}, { flushHandle: item.handle })
  const { handle } = await client.run(ContextLoad, {}, { context })
  await client.run(FlushContext, {}, { flushHandle: handle })
}
