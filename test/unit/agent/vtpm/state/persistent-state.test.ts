import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { MemoryStorage } from '../../../../../agent/vtpm/index.ts'
import { decodePersistentState, encodePersistentState } from '../../../../../agent/vtpm/state/persistent-state.ts'
import { fromHex, toHex, WireError } from '../../../../../core/bytes/index.ts'
import {
  ALG,
  CAP,
  CC,
  digest,
  GetCapability,
  HierarchyChangeAuth,
  named,
  NV_Read,
  NV_ReadPublic,
  PCR_Read,
  ReadPublic,
  RH,
  selectPcrs,
  SU,
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
