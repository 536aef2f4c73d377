import { expect } from 'chai'
import { randomBytes } from 'node:crypto'
import {
  ALG,
  atHandle,
  atParameter,
  atSession,
  type Authorized,
  ChangeEPS,
  ChangePPS,
  ClockRateAdjust,
  ClockSet,
  commandParameterHash,
  cpHashStep,
  CreateLoaded,
  CreatePrimary,
  digest,
  encode,
  FlushContext,
  HierarchyChangeAuth,
  HierarchyControl,
  named,
  nameHashStep,
  nvWrittenStep,
  passwordSession,
  PolicyCpHash,
  policyDigest,
  PolicyNameHash,
  PolicyNvWritten,
  PolicyTemplate,
  RC,
  RH,
  SetPrimaryPolicy,
  srkTemplate,
  startSession,
  templateStep,
  TPM2B_AUTH,
  type TpmClient,
  TPMT_PUBLIC,
} from '../../core/tpm/index.ts'
import { codeOf, type StartBench, type TpmBench } from './tpm-bench.ts'

const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))
const empty: Uint8Array = new Uint8Array(0)
const by = (handle: number): Authorized => ({ ...named(handle), auth: passwordSession() })
const platform = by(RH.platform)
const owner = by(RH.owner)
const endorsement = by(RH.endorsement)
const lockout = by(RH.lockout)
const hash = ALG.sha256
const some = new Uint8Array(32).fill(7)

/** Part 3, 24 and 29: switching hierarchies, their policies and seeds, and setting the clock. */
export function hierarchies(start: StartBench): void {
  let bench: TpmBench
  let client: TpmClient

  before(async () => {
    bench = await start()
    client = bench.client
  })

  after(() => {
    bench.close()
  })

  const control = (authHandle: Authorized, enable: number, state: number) =>
    codeOf(client.run(HierarchyControl, { authHandle }, { enable, state }))
  const setPolicy = (authHandle: Authorized, authPolicy: Uint8Array, hashAlg: number) =>
    codeOf(client.run(SetPrimaryPolicy, { authHandle }, { authPolicy, hashAlg }))

  async function createPrimary(primaryHandle: Authorized): Promise<number> {
    bench.exact(false)
    const inSensitive = { userAuth: empty, data: empty }
    const parameters = { inSensitive, inPublic: srkTemplate, outsideInfo: empty, creationPCR: [] }
    const code = await codeOf(
      client.run(CreatePrimary, { primaryHandle }, parameters).then(({ handle }) => (last = handle)),
    )
    bench.exact(true)
    return code
  }
  let last = 0
  const flushLast = () => codeOf(client.run(FlushContext, {}, { flushHandle: last }))

  it('a hierarchy turns itself off, the platform turns it on again', async () => {
    for (const one of [owner, endorsement]) {
      expect(await createPrimary(one)).to.equal(RC.success)
      expect(await control(one, one.handle, 1)).to.equal(RC.success)
      expect(await control(one, one.handle, 0)).to.equal(RC.success)
      expect(await flushLast(), 'its objects are gone').to.equal(atParameter(RC.handle, 0))
      expect(await control(one, one.handle, 1)).to.equal(atHandle(RC.hierarchy, 0))
      expect(await control(platform, one.handle, 1)).to.equal(RC.success)
      expect(await control(one, one.handle, 1)).to.equal(RC.success)
    }
  })

  const refused: readonly (readonly [string, Authorized, number, number, number])[] = [
    ['the owner turning the platform off', owner, RH.platform, 0, RC.authType],
    ['the owner turning its NV off', owner, RH.platformNv, 0, RC.authType],
    ['the owner turning endorsement off', owner, RH.endorsement, 0, RC.authType],
    ['endorsement turning the owner off', endorsement, RH.owner, 0, RC.authType],
    ['the null hierarchy', by(RH.null), RH.owner, 0, atHandle(RC.value, 0)],
    ['turning the null hierarchy off', platform, RH.null, 0, atParameter(RC.value, 0)],
    ['turning lockout off', platform, RH.lockout, 0, atParameter(RC.value, 0)],
    ['half a state', platform, RH.owner, 2, atParameter(RC.value, 1)],
  ]
  for (const [name, authHandle, enable, state, expected] of refused) {
    it(`refuses ${name}`, async () => {
      expect(await control(authHandle, enable, state)).to.equal(expected)
    })
  }

  it("the platform's NV goes off and on", async () => {
    expect(await control(platform, RH.platformNv, 0)).to.equal(RC.success)
    expect(await control(platform, RH.platformNv, 1)).to.equal(RC.success)
  })

  it('policies are digests of their algorithm', async () => {
    for (const each of [owner, endorsement, platform, lockout]) {
      expect(await setPolicy(each, some, hash)).to.equal(RC.success)
      expect(await setPolicy(each, some, ALG.sha1)).to.equal(atParameter(RC.size, 0))
      expect(await setPolicy(each, some, ALG.null)).to.equal(atParameter(RC.size, 0))
      expect(await setPolicy(each, empty, hash)).to.equal(atParameter(RC.size, 0))
      expect(await setPolicy(each, some, 0x12)).to.equal(atParameter(RC.hash, 1))
      expect(await setPolicy(each, empty, ALG.null)).to.equal(RC.success)
    }
    expect(await setPolicy(by(RH.null), some, hash)).to.equal(atHandle(RC.value, 0))
  })

  /** Uses the endorsement hierarchy by a policy: for a command with this authValue, or to create a key. */
  async function usePolicy(
    policy: Uint8Array,
    assert: (policySession: { handle: number; name: Uint8Array }) => Promise<unknown>,
    use: (authHandle: Authorized) => Promise<unknown>,
  ): Promise<number> {
    expect(await setPolicy(endorsement, policy, hash)).to.equal(RC.success)
    bench.exact(false)
    const session = await startSession(client, { type: 'policy', random, hash })
    await assert(named(session.handle))
    const code = await codeOf(use({ ...named(RH.endorsement), auth: session }))
    await codeOf(client.run(FlushContext, {}, { flushHandle: session.handle }))
    bench.exact(true)
    return code
  }
  const changeAuth = (newAuth: Uint8Array) => (authHandle: Authorized) =>
    client.run(HierarchyChangeAuth, { authHandle }, { newAuth })

  it('a cpHash lets one command pass, with its parameters', async () => {
    const parameters = encode(TPM2B_AUTH, empty)
    const cpHashA = commandParameterHash(hash, HierarchyChangeAuth.code, [endorsement.name], parameters)
    const policy = policyDigest(hash, cpHashStep(cpHashA))
    const assert = (policySession: { handle: number; name: Uint8Array }) =>
      client.run(PolicyCpHash, { policySession }, { cpHashA })
    expect(await usePolicy(policy, assert, changeAuth(some))).to.equal(atSession(RC.policyFail, 0))
    expect(await usePolicy(policy, assert, changeAuth(empty))).to.equal(RC.success)
  })

  it('a nameHash lets commands pass on these entities', async () => {
    const nameHash = digest(hash, endorsement.name)
    const policy = policyDigest(hash, nameHashStep(nameHash))
    const assert = (policySession: { handle: number; name: Uint8Array }) =>
      client.run(PolicyNameHash, { policySession }, { nameHash })
    expect(await usePolicy(policy, assert, changeAuth(empty))).to.equal(RC.success)
  })

  it('a template lets one kind of key be made', async () => {
    const templateHash = digest(hash, encode(TPMT_PUBLIC, srkTemplate))
    const policy = policyDigest(hash, templateStep(templateHash))
    const assert = (policySession: { handle: number; name: Uint8Array }) =>
      client.run(PolicyTemplate, { policySession }, { templateHash })
    const create = (inPublic: TPMT_PUBLIC) => async (primaryHandle: Authorized) => {
      const inSensitive = { userAuth: empty, data: empty }
      const parameters = { inSensitive, inPublic, outsideInfo: empty, creationPCR: [] }
      last = (await client.run(CreatePrimary, { primaryHandle }, parameters)).handle
    }
    const other = { ...srkTemplate, authPolicy: some }
    expect(await usePolicy(policy, assert, create(other))).to.equal(atSession(RC.policyFail, 0))
    expect(await usePolicy(policy, assert, changeAuth(empty))).to.equal(atSession(RC.policyFail, 0))
    expect(await usePolicy(policy, assert, create(srkTemplate))).to.equal(RC.success)
    expect(await flushLast()).to.equal(RC.success)
    const load = (inPublic: TPMT_PUBLIC) => async (parentHandle: Authorized) => {
      const parameters = { inSensitive: { userAuth: empty, data: empty }, inPublic: encode(TPMT_PUBLIC, inPublic) }
      last = (await client.run(CreateLoaded, { parentHandle }, parameters)).handle
    }
    expect(await usePolicy(policy, assert, load(other))).to.equal(atSession(RC.policyFail, 0))
    expect(await usePolicy(policy, assert, load(srkTemplate))).to.equal(RC.success)
    expect(await flushLast()).to.equal(RC.success)
  })

  for (const writtenSet of [0, 1])
    it(`is no index that is ${writtenSet === 1 ? 'written' : 'not written'}`, async () => {
      const policy = policyDigest(hash, nvWrittenStep(writtenSet === 1))
      const assert = (policySession: { handle: number; name: Uint8Array }) =>
        client.run(PolicyNvWritten, { policySession }, { writtenSet })
      expect(await usePolicy(policy, assert, changeAuth(empty))).to.equal(atSession(RC.policyFail, 0))
    })

  const seeds = [
    { name: 'endorsement', command: ChangeEPS, one: endorsement },
    { name: 'platform', command: ChangePPS, one: platform },
  ] as const
  for (const { name, command, one } of seeds) {
    it(`a new ${name} seed ends its objects`, async () => {
      expect(await createPrimary(one)).to.equal(RC.success)
      expect(await codeOf(client.run(command, { authHandle: platform }, {}))).to.equal(RC.success)
      expect(await flushLast()).to.equal(atParameter(RC.handle, 0))
      expect(await codeOf(client.run(command, { authHandle: owner }, {}))).to.equal(atHandle(RC.value, 0))
    })
  }

  it('a new endorsement seed ends its authValue', async () => {
    await client.run(HierarchyChangeAuth, { authHandle: endorsement }, { newAuth: some })
    await client.run(ChangeEPS, { authHandle: platform }, {})
    expect(await createPrimary(endorsement)).to.equal(RC.success)
    await flushLast()
  })

  it('the clock goes forward only', async () => {
    const set = (auth: Authorized, newTime: bigint) => codeOf(client.run(ClockSet, { auth }, { newTime }))
    expect(await set(owner, 1_000_000_000n)).to.equal(RC.success)
    expect(await set(platform, 2_000_000_000n)).to.equal(RC.success)
    expect(await set(owner, 1_500_000_000n)).to.equal(atParameter(RC.value, 0))
    expect(await set(owner, 0xffff000000000001n)).to.equal(atParameter(RC.value, 0))
    expect(await set(endorsement, 3_000_000_000n)).to.equal(atHandle(RC.value, 0))
  })

  it('the clock runs faster or slower by small steps', async () => {
    const adjust = (auth: Authorized, rateAdjust: number) =>
      codeOf(client.run(ClockRateAdjust, { auth }, { rateAdjust }))
    for (const step of [0, 1, 2, 3, 0xff, 0xfe, 0xfd]) expect(await adjust(owner, step)).to.equal(RC.success)
    expect(await adjust(platform, 4)).to.equal(atParameter(RC.value, 0))
    expect(await adjust(platform, 0xfc)).to.equal(atParameter(RC.value, 0))
    expect(await adjust(endorsement, 0)).to.equal(atHandle(RC.value, 0))
  })

  it('the platform turns itself off for good', async () => {
    expect(await control(platform, RH.platform, 0)).to.equal(RC.success)
    expect(await control(platform, RH.platform, 1)).to.equal(atHandle(RC.hierarchy, 0))
  })
}
