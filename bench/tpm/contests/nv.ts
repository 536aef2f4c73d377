import {
  ALG,
  named,
  NV_DefineSpace,
  NV_Read,
  NV_ReadPublic,
  NV_UndefineSpace,
  NV_Write,
  RH,
  TPMA_NV,
} from '../../../core/tpm/index.ts'
import { act, type Contest, manyRounds } from '../contest.ts'
import { random, type TpmUnderTest, withPassword } from '../tpm-under-test.ts'

/** Ours is durable before it answers; swtpm's is not. */
const durableCap = 2
const unsyncedCap = 1.5
const nvIndex = 0x01800001
const dataSize = 64
const empty = new Uint8Array(0)
const authHandle = withPassword(RH.owner)
const publicInfo = {
  nvIndex,
  nameAlg: ALG.sha256,
  attributes: TPMA_NV.of('ownerWrite', 'ownerRead', 'authRead', 'authWrite', 'noDA'),
  authPolicy: empty,
  dataSize,
}

const define = ({ client }: TpmUnderTest) => client.run(NV_DefineSpace, { authHandle }, { auth: empty, publicInfo })
const undefine = async ({ client }: TpmUnderTest) =>
  client.run(NV_UndefineSpace, { authHandle, nvIndex: await indexOf(client) }, {})
/** Other data each time: libtpms writes nothing where nothing changes. */
const write = async ({ client }: TpmUnderTest, index: Awaited<ReturnType<typeof indexOf>>) =>
  client.run(NV_Write, { authHandle, nvIndex: index }, { data: random(dataSize), offset: 0 })

/** The index with its Name of now, which a first write changes. */
async function indexOf(client: TpmUnderTest['client']) {
  const { nvName } = await client.run(NV_ReadPublic, { nvIndex: named(nvIndex) }, {})
  return { handle: nvIndex, name: nvName }
}

const defineSpace = (row: Pick<Contest, 'name' | 'cap'> & Partial<Contest>): Contest => ({
  ...manyRounds,
  prepare: (tpm) => Promise.resolve(act({ act: () => define(tpm), after: () => undefine(tpm) })),
  ...row,
})

const nvWrite = (row: Pick<Contest, 'name' | 'cap'> & Partial<Contest>): Contest => ({
  ...manyRounds,
  async prepare(tpm) {
    await define(tpm)
    await write(tpm, await indexOf(tpm.client))
    const index = await indexOf(tpm.client)
    return act({ act: () => write(tpm, index), end: () => undefine(tpm) })
  },
  ...row,
})

/** What outlives power. */
export const nvContests: readonly Contest[] = [
  defineSpace({ name: 'NV_DefineSpace', cap: durableCap }),
  defineSpace({ name: 'NV_DefineSpace --no-fsync', cap: unsyncedCap, isUnsynced: true, isExtra: true }),
  nvWrite({ name: 'NV_Write', cap: durableCap }),
  nvWrite({ name: 'NV_Write --no-fsync', cap: unsyncedCap, isUnsynced: true, isExtra: true }),
  {
    name: 'NV_Read',
    ...manyRounds,
    async prepare(tpm) {
      await define(tpm)
      await write(tpm, await indexOf(tpm.client))
      const index = await indexOf(tpm.client)
      return act({
        act: () => tpm.client.run(NV_Read, { authHandle, nvIndex: index }, { size: dataSize, offset: 0 }),
        end: () => undefine(tpm),
      })
    },
  },
]
