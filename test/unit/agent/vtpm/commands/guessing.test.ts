import { expect } from 'chai'
import {
  ALG,
  atSession,
  type Authorized,
  CAP,
  DictionaryAttackLockReset,
  DictionaryAttackParameters,
  GetCapability,
  GetRandom,
  HMAC,
  named,
  type Named,
  NT,
  NV_DefineSpace,
  NV_ReadPublic,
  NV_Write,
  PT,
  RC,
  RH,
  TPMA_NV,
  TPMA_OBJECT,
} from '../../../../../core/tpm/index.ts'
import { hmacKey, loadExternal } from '../../../../conformance/external-keys.ts'
import { Bench, byPassword, empty, random, refused } from '../bench.ts'

const password = new TextEncoder().encode('password')
const wrong = new TextEncoder().encode('guess')

async function limit(bench: Bench, newRecoveryTime: number, lockoutRecovery = 1000, newMaxTries = 3): Promise<void> {
  const parameters = { newMaxTries, newRecoveryTime, lockoutRecovery }
  await bench.client.run(DictionaryAttackParameters, { lockHandle: byPassword(named(RH.lockout)) }, parameters)
}
async function keyOf(bench: Bench, ...more: readonly (keyof TPMA_OBJECT)[]): Promise<Named> {
  const { publicArea, sensitive } = hmacKey(random(32))
  const objectAttributes = TPMA_OBJECT.of('userWithAuth', 'sign', ...more)
  return loadExternal(bench.client, {
    publicArea: { ...publicArea, objectAttributes },
    sensitive: { ...sensitive, authValue: password },
  })
}
const use = (bench: Bench, key: Named, auth: Authorized['auth']) =>
  bench.client.run(HMAC, { handle: { ...key, auth } }, { buffer: wrong, hashAlg: ALG.null })
const byGuess = (bench: Bench, key: Named) => use(bench, key, byPassword(key, wrong).auth)
async function counted(bench: Bench): Promise<number> {
  const asked = { capability: CAP.tpmProperties, property: PT.lockoutCounter, propertyCount: 1 }
  const { capabilityData } = await bench.client.run(GetCapability, {}, asked)
  if (capabilityData.capability !== CAP.tpmProperties) throw new Error('another capability')
  return capabilityData.data[0]?.value ?? -1
}

describe('guessing at authValues', () => {
  it('is counted for a key that is protected, by password and by HMAC, and for no other', async () => {
    const bench = await Bench.started()
    await limit(bench, 1000, 1000, 5)
    const [guarded, free] = [await keyOf(bench), await keyOf(bench, 'noDA')]
    const session = await bench.session()
    await refused(atSession(RC.authFail, 0), byGuess(bench, guarded))
    await refused(atSession(RC.authFail, 0), use(bench, guarded, session.with({ authValue: wrong })))
    expect(await counted(bench)).to.equal(2)
    await refused(atSession(RC.badAuth, 0), byGuess(bench, free))
    await refused(atSession(RC.badAuth, 0), use(bench, free, session.with({ authValue: wrong })))
    expect(await counted(bench)).to.equal(2)
    await use(bench, guarded, session.with({ authValue: password }))
    expect(await counted(bench), 'a right one forgives nothing').to.equal(2)
  })

  it('is counted for an index that is protected, and for no other', async () => {
    const bench = await Bench.started()
    await limit(bench, 1000)
    const define = async (nvIndex: number, ...more: readonly 'noDA'[]) => {
      const attributes = { ...TPMA_NV.of('authRead', 'authWrite', ...more), nt: NT.ordinary }
      const publicInfo = { nvIndex, nameAlg: ALG.sha256, attributes, authPolicy: empty, dataSize: 4 }
      const authHandle = byPassword(named(RH.owner))
      await bench.client.run(NV_DefineSpace, { authHandle }, { auth: password, publicInfo })
      const { nvName } = await bench.client.run(NV_ReadPublic, { nvIndex: { handle: nvIndex, name: empty } }, {})
      return { handle: nvIndex, name: nvName }
    }
    const write = (nvIndex: Named) =>
      bench.client.run(NV_Write, { authHandle: byPassword(nvIndex, wrong), nvIndex }, { data: empty, offset: 0 })
    await refused(atSession(RC.authFail, 0), write(await define(0x01500001)))
    await refused(atSession(RC.badAuth, 0), write(await define(0x01500002, 'noDA')))
    expect(await counted(bench)).to.equal(1)
  })

  it('is forgotten one by one, each recovery time after the last', async () => {
    const bench = await Bench.started()
    await limit(bench, 10, 1000, 5)
    const key = await keyOf(bench)
    const at = async (ms: number) => {
      bench.nowMs = ms
      return counted(bench)
    }
    bench.nowMs = 5_000
    for (let tries = 0; tries < 4; tries++) await refused(atSession(RC.authFail, 0), byGuess(bench, key))
    expect(await at(14_999)).to.equal(4)
    expect(await at(15_000)).to.equal(3)
    // What is left of an interval counts for the next one
    expect(await at(34_000)).to.equal(2)
    expect(await at(34_999)).to.equal(2)
    expect(await at(35_000)).to.equal(1)
    bench.nowMs = 44_000
    await refused(atSession(RC.authFail, 0), byGuess(bench, key))
    expect(await at(53_999)).to.equal(2)
    expect(await at(54_000)).to.equal(1)
    expect(await at(1_000_000)).to.equal(0)
  })

  it('is locked out at the limit, of what is protected alone, until one is forgotten', async () => {
    const bench = await Bench.started()
    await limit(bench, 10, 1000, 2)
    const [guarded, free] = [await keyOf(bench), await keyOf(bench, 'noDA')]
    for (let tries = 0; tries < 2; tries++) await refused(atSession(RC.authFail, 0), byGuess(bench, guarded))
    const right = () => use(bench, guarded, byPassword(guarded, password).auth)
    await refused(RC.lockout, right())
    await use(bench, free, byPassword(free, password).auth)
    bench.nowMs += 9_999
    await refused(RC.lockout, right())
    bench.nowMs += 1
    await right()
    await refused(atSession(RC.authFail, 0), byGuess(bench, guarded))
    await refused(RC.lockout, right())
  })

  it('of lockoutAuth locks it at once, and for so long', async () => {
    const bench = await Bench.started()
    await limit(bench, 10, 20)
    bench.nowMs = 7_000
    const reset = (guess: Uint8Array) =>
      bench.client.run(DictionaryAttackLockReset, { lockHandle: byPassword(named(RH.lockout), guess) }, {})
    await refused(atSession(RC.authFail, 0), reset(wrong))
    expect(await counted(bench), 'it is counted by itself').to.equal(0)
    bench.nowMs = 26_999
    await refused(RC.lockout, reset(empty))
    bench.nowMs = 27_000
    await reset(empty)
  })

  it('through a session that is bound to lockoutAuth locks that', async () => {
    const bench = await Bench.started()
    await limit(bench, 10, 20)
    const bind = { handle: RH.lockout, authValue: empty }
    const symmetric = { algorithm: ALG.aes, keyBits: 128, mode: ALG.cfb } as const
    const session = await bench.session({ bind, symmetric })
    session.with({ attributes: ['continueSession', 'encrypt'] })
    const draw = () => bench.client.run(GetRandom, {}, { bytesRequested: 8 }, [session])
    await draw()
    session.with({ authValue: wrong })
    await refused(atSession(RC.authFail, 0), draw())
    session.with({ authValue: empty })
    await refused(RC.lockout, draw())
    bench.nowMs += 20_000
    await draw()
    expect(await counted(bench)).to.equal(0)
  })
})
