import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { MemoryStorage } from '../../../../../agent/vtpm/index.ts'
import {
  decodePersistentState,
  encodePersistentState,
  type PersistentState,
  type StoredNvIndex,
} from '../../../../../agent/vtpm/state/persistent-state.ts'
import { fromHex, toHex, WireError } from '../../../../../core/bytes/index.ts'
import {
  ALG,
  CAP,
  CC,
  digest,
  GetCapability,
  HierarchyChangeAuth,
  named,
  NT,
  NV_Read,
  NV_ReadPublic,
  PCR_Read,
  ReadPublic,
  RH,
  selectPcrs,
  SU,
  TPMA_NV,
  type TPMS_NV_PUBLIC,
} from '../../../../../core/tpm/index.ts'
import { Bench, byPassword, empty } from '../bench.ts'

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
const recorded = (): Uint8Array =>
  new Uint8Array(readFileSync(new URL('../../../../vectors/tpm-state/version-1.bin', import.meta.url)))
const keyName = fromHex('000b9b4ab4819eaa72d0e0869769ea72ad23db79a078be75d3d46c06d13067a2bc50')

describe('a persistent state of version 1', () => {
  it('becomes one of this version, once', () => {
    const state = decodePersistentState(recorded())
    expect(state.version).to.equal(2)
    expect(state).to.deep.include({ auditAlg: ALG.sha512, auditCounter: 0n, algorithmSet: 0 })
    expect(state.auditedCommands).to.deep.equal([CC.SetCommandCodeAuditStatus])
    const written = encodePersistentState(state)
    expect(toHex(encodePersistentState(decodePersistentState(written)))).to.equal(toHex(written))
  })

  it('resumes with all that its Shutdown(STATE) kept', async () => {
    const bench = new Bench(new MemoryStorage(recorded()))
    await bench.startup(SU.state)
    const { pcrValues } = await bench.client.run(PCR_Read, {}, { pcrSelectionIn: [selectPcrs(ALG.sha256, [7])] })
    expect(pcrValues[0]).to.deep.equal(digest(ALG.sha256, new Uint8Array(64)))
    const platform = { authHandle: byPassword(named(RH.platform), ascii('platform')) }
    await bench.client.run(HierarchyChangeAuth, platform, { newAuth: empty })
    const saved = { capability: CAP.handles, property: 0x03000000, propertyCount: 8 }
    expect((await bench.client.run(GetCapability, {}, saved)).capabilityData.data).to.have.length(1)
  })

  it('has its keys, its storage and its owner', async () => {
    const bench = await Bench.started(new MemoryStorage(recorded()))
    const key = { objectHandle: { handle: 0x81000001, name: keyName } }
    expect((await bench.client.run(ReadPublic, key, {})).name).to.deep.equal(keyName)
    const handle = 0x01500001
    const { nvName: name } = await bench.client.run(NV_ReadPublic, { nvIndex: { handle, name: empty } }, {})
    const read = { authHandle: byPassword(named(RH.owner), ascii('owner')), nvIndex: { handle, name } }
    expect((await bench.client.run(NV_Read, read, { size: 8, offset: 0 })).data).to.deep.equal(ascii('recorded'))
  })

  it('is refused where it is cut short, as is one of a version to come', () => {
    const state = recorded()
    for (const length of [0, 1, 2, 100, state.length - 1])
      expect(() => decodePersistentState(state.slice(0, length)), String(length)).to.throw(WireError)
    state[1] = 3
    expect(() => decodePersistentState(state)).to.throw(WireError)
  })
})

describe('a persistent state of what no TPM holds', () => {
  const ordinary: StoredNvIndex = {
    nvPublic: {
      nvIndex: 0x01500002,
      nameAlg: ALG.sha256,
      attributes: { ...TPMA_NV.of('ownerRead', 'ownerWrite', 'written'), nt: NT.ordinary },
      authPolicy: empty,
      dataSize: 8,
    },
    authValue: empty,
    contents: new Uint8Array(8),
  }
  const withType = (nt: number, changes: Partial<TPMS_NV_PUBLIC> = {}): StoredNvIndex => ({
    ...ordinary,
    nvPublic: { ...ordinary.nvPublic, attributes: { ...ordinary.nvPublic.attributes, nt }, ...changes },
  })
  const unwritten = { ...ordinary.nvPublic.attributes, written: false }
  const sound = decodePersistentState(recorded())
  const kept = sound.objects.find(({ sensitive }) => sensitive !== undefined)
  if (kept?.sensitive === undefined || sound.saved === undefined) throw new Error('nothing was recorded')
  const [saved, sensitive] = [sound.saved, kept.sensitive]

  const read = (changes: Partial<PersistentState>) => () =>
    decodePersistentState(encodePersistentState({ ...sound, ...changes }))

  it('differs from one that has an index of each type', () => {
    const indices = [
      ordinary,
      { ...ordinary, nvPublic: { ...ordinary.nvPublic, attributes: unwritten }, contents: empty },
      ...[NT.counter, NT.bits, NT.pinFail, NT.pinPass].map((nt) => withType(nt)),
      { ...withType(NT.extend, { dataSize: 32 }), contents: new Uint8Array(32) },
    ].map((index, at) => ({ ...index, nvPublic: { ...index.nvPublic, nvIndex: 0x01400000 + at } }))
    expect(read({ nvIndices: indices })().nvIndices).to.deep.equal(indices)
  })

  const odd: readonly { readonly name: string; readonly changes: Partial<PersistentState> }[] = [
    { name: 'a written index without its bytes', changes: { nvIndices: [{ ...ordinary, contents: empty }] } },
    { name: 'an index with too few bytes', changes: { nvIndices: [{ ...ordinary, contents: new Uint8Array(7) }] } },
    { name: 'an index with too many bytes', changes: { nvIndices: [{ ...ordinary, contents: new Uint8Array(9) }] } },
    {
      name: 'a counter of four bytes',
      changes: { nvIndices: [{ ...withType(NT.counter, { dataSize: 4 }), contents: new Uint8Array(4) }] },
    },
    { name: 'an extend index of eight bytes', changes: { nvIndices: [withType(NT.extend)] } },
    { name: 'an index of no type', changes: { nvIndices: [withType(3)] } },
    { name: 'an index twice', changes: { nvIndices: [ordinary, ordinary] } },
    { name: 'an object at a transient handle', changes: { objects: [{ ...kept, handle: 0x80000000 }] } },
    { name: 'two objects at one handle', changes: { objects: [kept, kept] } },
    {
      name: 'an object with the secret of another type',
      changes: {
        objects: [
          { ...kept, sensitive: { ...sensitive, sensitiveType: ALG.symcipher, sensitive: new Uint8Array(16) } },
        ],
      },
    },
    {
      name: 'a kept PCR of another size',
      changes: { saved: { ...saved, pcrs: [{ hash: ALG.sha256, pcr: 7, value: new Uint8Array(31) }] } },
    },
  ]
  for (const { name, changes } of odd)
    it(`is refused: ${name}`, () => {
      expect(read(changes)).to.throw(WireError)
    })
})
