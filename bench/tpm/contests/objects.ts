import {
  ContextLoad,
  ContextSave,
  EvictControl,
  ekTemplates,
  RH,
  srkTemplate,
  Unseal,
  type TPMT_PUBLIC,
} from '../../../core/tpm/index.ts'
import { act, type Contest, manyRounds } from '../contest.ts'
import { eccKey, rsaKey, sealed, varied } from '../templates.ts'
import { bare, random, type TpmUnderTest, withPassword } from '../tpm-under-test.ts'

const slowRounds = 10
/** How long the search for a prime takes is luck: the median of a hundred says little. */
const primaryRounds = 300
/** What Create RSA takes out of the pool in the rest before it. */
const refillMs = 1500
const persistentHandle = 0x81000001
const secret = random(32)
const rsaEk = ekTemplates.filter(({ kind }) => kind === 'rsa-2048').map(({ template }) => template)

const create = (kind: string, template: TPMT_PUBLIC, how: Partial<Contest> = {}, data?: Uint8Array): Contest => ({
  name: `Create ${kind}`,
  ...manyRounds,
  async prepare(tpm) {
    const parent = await tpm.primary()
    return act({ act: () => tpm.create(parent, template, data), end: () => tpm.flush(parent) })
  },
  ...how,
})

const createPrimary = (kind: string, template: TPMT_PUBLIC, how: Partial<Contest> = {}): Contest => ({
  name: `CreatePrimary ${kind}`,
  ...manyRounds,
  prepare: (tpm) =>
    Promise.resolve(
      act({ act: () => tpm.primary(varied(template), RH.endorsement), after: (made) => tpm.flush(made) }),
    ),
  ...how,
})

const load = (kind: string, template: TPMT_PUBLIC, data?: Uint8Array): Contest => ({
  name: `Load ${kind}`,
  ...manyRounds,
  async prepare(tpm) {
    const parent = await tpm.primary()
    const created = await tpm.create(parent, template, data)
    return act({
      act: () => tpm.load(parent, created),
      after: (loaded) => tpm.flush(loaded),
      end: () => tpm.flush(parent),
    })
  },
})

export const evictControl = (how: Partial<Contest> = {}): Contest => ({
  name: 'EvictControl',
  ...manyRounds,
  cap: 2,
  async prepare(tpm) {
    const parent = await tpm.primary()
    const auth = withPassword(RH.owner)
    const evict = (objectHandle: { handle: number; name: Uint8Array }) =>
      tpm.client.run(EvictControl, { auth, objectHandle }, { persistentHandle })
    return act({
      act: () => evict(bare(parent)),
      after: () => evict({ ...bare(parent), handle: persistentHandle }),
      end: () => tpm.flush(parent),
    })
  },
  ...how,
})

async function loadedKey(tpm: TpmUnderTest) {
  const parent = await tpm.primary()
  const saveHandle = await tpm.child(parent, eccKey('sign'))
  return { parent, saveHandle, save: () => tpm.client.run(ContextSave, { saveHandle: bare(saveHandle) }, {}) }
}

/** How objects come, go and stay. */
export const objectContests: readonly Contest[] = [
  create('seal', sealed(), {}, secret),
  create('ECC', eccKey('sign')),
  create('RSA-2048, pool warm', rsaKey('sign'), { rounds: slowRounds, warmUpRounds: 1, restMs: refillMs, cap: 0.1 }),
  create('RSA-2048, pool dry', rsaKey('sign'), { rounds: slowRounds, warmUpRounds: 1, isExtra: true }),
  load('seal', sealed(), secret),
  load('ECC', eccKey('sign')),
  load('RSA-2048', rsaKey('sign')),
  createPrimary('ECC', srkTemplate),
  ...rsaEk.map((template) => createPrimary('RSA-2048', template, { rounds: primaryRounds, warmUpRounds: 5, cap: 1.2 })),
  {
    name: 'Unseal',
    ...manyRounds,
    async prepare(tpm) {
      const parent = await tpm.primary()
      const itemHandle = await tpm.child(parent, sealed(), secret)
      return act({
        act: () => tpm.client.run(Unseal, { itemHandle }, {}),
        end: () => tpm.flush(itemHandle, parent),
      })
    },
  },
  {
    name: 'ContextSave',
    ...manyRounds,
    async prepare(tpm) {
      const { parent, saveHandle, save } = await loadedKey(tpm)
      return act({ act: save, end: () => tpm.flush(saveHandle, parent) })
    },
  },
  {
    name: 'ContextLoad',
    ...manyRounds,
    async prepare(tpm) {
      const { parent, saveHandle, save } = await loadedKey(tpm)
      const { context } = await save()
      return act({
        act: () => tpm.client.run(ContextLoad, {}, { context }),
        after: (loaded) => tpm.flush(loaded),
        end: () => tpm.flush(saveHandle, parent),
      })
    },
  },
  evictControl(),
  evictControl({ name: 'EvictControl --no-fsync', isUnsynced: true, isExtra: true, cap: 1.5 }),
]
