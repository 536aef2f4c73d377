import { expect } from 'chai'
import {
  ALG,
  EvictControl,
  NT,
  NV_DefineSpace,
  NV_UndefineSpace,
  NV_Write,
  NV_ReadPublic,
  named,
  RC,
  ReadClock,
  RH,
  type TPMS_NV_PUBLIC,
  TPMA_NV,
} from '../../../../../core/tpm/index.ts'
import { defaultProfile, manufacture, StateFile } from '../../../../../agent/vtpm/index.ts'
import { codeOf } from '../../../../conformance/tpm-bench.ts'
import { CrashingDisk } from '../../../../fakes/crashing-disk.ts'
import { Bench, byPassword, empty, random } from '../bench.ts'

const owner = byPassword(named(RH.owner))
const [firstIndex, firstPersistent] = [0x01000000, 0x81000000]
/** What swtpm 0.7.1 was seen to take. */
const ofSwtpm = { largeIndices: 68, smallIndices: 947, persistent: 65 } as const
const keying = { key: new Uint8Array(32).fill(1), generation: 1, machineId: new Uint8Array(16) }

function indexOf(at: number, dataSize: number, change: Partial<TPMS_NV_PUBLIC> = {}): TPMS_NV_PUBLIC {
  const attributes = { ...TPMA_NV.of('ownerWrite', 'ownerRead'), nt: NT.ordinary }
  const plain = { nvIndex: firstIndex + at, nameAlg: ALG.sha256, attributes, authPolicy: empty, dataSize }
  return { ...plain, ...change }
}

describe('the room of a TPM', () => {
  it('takes as many indices as swtpm, and says when there is no more', async () => {
    expect(defaultProfile.maxNvIndices).to.be.at.least(ofSwtpm.smallIndices)
    const bench = await Bench.started(undefined, {})
    let code: number = RC.success
    let defined = 0
    while (code === RC.success) {
      const publicInfo = indexOf(defined, 2048)
      code = await codeOf(bench.client.run(NV_DefineSpace, { authHandle: owner }, { auth: empty, publicInfo }))
      if (code === RC.success) defined += 1
    }
    expect(code).to.equal(RC.nvSpace)
    expect(defined).to.be.at.least(ofSwtpm.largeIndices)
  })

  it('is never more than the state file has, whatever fills it', async () => {
    const file = StateFile.create('vtpm.state', keying, manufacture({ random }), new CrashingDisk())
    const bench = await Bench.started(file, {})
    const [policy, auth] = [new Uint8Array(64).fill(2), new Uint8Array(64).fill(3)]
    const long = { nameAlg: ALG.sha512, authPolicy: policy }
    for (let at = 0; ; at++) {
      const publicInfo = indexOf(at, 2048, long)
      const code = await codeOf(bench.client.run(NV_DefineSpace, { authHandle: owner }, { auth, publicInfo }))
      if (code === RC.nvSpace) break
      expect(code).to.equal(RC.success)
      const index = named(publicInfo.nvIndex)
      const { nvName } = await bench.client.run(NV_ReadPublic, { nvIndex: index }, {})
      const nvIndex = { ...index, name: nvName }
      for (const offset of [0, 1024])
        await bench.client.run(
          NV_Write,
          { authHandle: owner, nvIndex },
          { data: new Uint8Array(1024).fill(at), offset },
        )
    }
    const key = await bench.primary(undefined, { userAuth: new Uint8Array(32).fill(4) })
    let kept = 0
    for (; ; kept++) {
      const persistentHandle = firstPersistent + kept
      const code = await codeOf(
        bench.client.run(EvictControl, { auth: owner, objectHandle: key }, { persistentHandle }),
      )
      if (code === RC.nvSpace) break
      expect(code).to.equal(RC.success)
    }
    expect(kept).to.be.at.least(ofSwtpm.persistent)
    // An RSA key of 4096 bits takes a thousand bytes more than this one
    const stateFileBytes = 256 * 1024
    expect(file.load().length + kept * 1000).to.be.below(stateFileBytes - 1024)
    const { nvName } = await bench.client.run(NV_ReadPublic, { nvIndex: named(firstIndex) }, {})
    await bench.client.run(NV_UndefineSpace, { authHandle: owner, nvIndex: { handle: firstIndex, name: nvName } }, {})
    await bench.client.run(ReadClock, {}, {})
  })
})
