import type { ServiceError } from '@grpc/grpc-js'
import { expect } from 'chai'
import { fromStatus, RpcError, unary, type PowerOnEvent__Output } from '../../../../core/rpc/index.ts'
import { retireResultKeys } from '../../../../policy-server/appraise/index.ts'
import { recordedRequest } from '../../../fakes/attester-request.ts'
import { FakeMachine } from '../../../fakes/fake-machine.ts'
import { ServedPolicyServer } from '../../../fakes/served-policy-server.ts'

const volume = { uuid: new Uint8Array(16).fill(7), keyslotDigest: new Uint8Array(32).fill(8) }

/** The error of a call. */
async function errorOf(work: Promise<unknown>): Promise<RpcError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof RpcError) return error
  throw new TypeError('not an error of ours', { cause: error })
}

describe('the services', () => {
  let served: ServedPolicyServer
  let machine: FakeMachine
  before(async () => {
    served = await ServedPolicyServer.start()
    const { token } = await unary(served.admin, 'inviteMachine', { name: 'web', group: '', validSeconds: 60 })
    machine = new FakeMachine(served.inner)
    await machine.enrol(token)
    await unary(served.admin, 'acceptMachine', { machine: 'web', reason: 'known' })
    await unary(served.boot(machine.credentials), 'depositKey', { luks: volume, key: new Uint8Array(32).fill(9) })
  })
  after(() => served.stop())

  /** Starts over gRPC. */
  async function started(): Promise<Uint8Array> {
    const { key, request } = machine.prepareStart()
    const events: PowerOnEvent__Output[] = []
    for await (const event of served.boot(machine.credentials).powerOn(request))
      events.push(event as PowerOnEvent__Output)
    const { admitted } = events.at(-1)!
    const { bootId, decision, sealedStateKeys } = admitted!
    return await machine.takeIn(key, {
      kind: 'admitted',
      bootId: new Uint8Array(bootId),
      decision: Number(decision),
      sealedStateKeys,
    })
  }

  it('show the fleet to the operator', async () => {
    await started()
    const { machines } = await unary(served.admin, 'listMachines', {})
    expect(machines.map(({ name, state, tier, group }) => ({ name, state, tier, group }))).to.deep.equal([
      { name: 'web', state: 'MACHINE_STATE_ACCEPTED', tier: 'TIER_T0', group: 'default' },
    ])
    const detail = await unary(served.admin, 'showMachine', { machine: 'web' })
    expect(detail.machine?.lastDecision).to.equal(detail.recent[0]?.number)
    expect(detail.ekNames).to.have.lengthOf(1)
    expect(detail.keys).to.have.lengthOf(1)
    const status = await unary(served.admin, 'getServerStatus', {})
    expect(status).to.include({ machines: 1, held: 0, version: '0.0.0' })
    expect(status.retiredResultKeys).to.deep.equal([])
    await retireResultKeys(served.inner.parts.store, { unixMs: 5, reason: 'leaked' })
    expect((await unary(served.admin, 'getServerStatus', {})).retiredResultKeys).to.deep.equal([
      { keys: 0, reason: 'leaked', retiredUnixMs: '5' },
    ])
  })

  it('let the operator say where a TPM stands, and show who did', async () => {
    await started()
    const expectedAkName = await served.inner.akNameOf('web')
    const said = { machine: 'web', reason: 'seen', expectedAkName } as const
    const detail = await unary(served.admin, 'changeTier', { ...said, tier: 'TIER_T1' })
    expect(detail.machine?.tier).to.equal('TIER_T1')
    expect(detail.tierWords.map(({ operator, reason }) => [operator, reason])).to.deep.equal([['ann', 'seen']])
    expect(detail.actions[0]).to.include({ action: 'tier T1', operator: 'ann' })
    for (const wrong of [{ tier: 'TIER_UNSPECIFIED' }, { expectedAkName: new Uint8Array(0) }] as const)
      expect(await errorOf(unary(served.admin, 'changeTier', { ...said, tier: 'TIER_T1', ...wrong }))).to.include({
        code: 'request/malformed',
      })
    expect(await errorOf(unary(served.admin, 'changeTier', { ...said, tier: 'TIER_T2' }))).to.include({
      code: 'machine/tier-unproven',
    })
  })

  it('let the operator learn and apply a policy, and see why a boot was refused', async () => {
    const refused = await errorOf(machine.release(await started()))
    const { document } = await unary(served.admin, 'learnPolicy', { machine: 'web', name: '' })
    const applied = await unary(served.admin, 'applyPolicy', { document, source: 'web.yaml' })
    expect(applied).to.include({ name: 'web', version: 1, appliedBy: 'ann' })
    expect(await unary(served.admin, 'applyPolicy', { document, source: 'web.yaml' })).to.include({ version: 1 })
    const { policies } = await unary(served.admin, 'listPolicies', {})
    expect(policies).to.have.lengthOf(1)
    expect((await unary(served.admin, 'showPolicy', { name: 'web' })).document).to.equal(document)

    const detail = await unary(served.admin, 'showDecision', { number: refused.decision!.toString() })
    expect(detail.decision?.outcome).to.equal('OUTCOME_REFUSED')
    expect(detail.reasons.filter(({ passed }) => !passed).map(({ code }) => code)).to.deep.equal(['policy/none'])
    const { decisions } = await unary(served.admin, 'listDecisions', { machine: 'web', limit: 1 })
    expect(decisions.map(({ number }) => number)).to.deep.equal([detail.decision?.number])
    const { decisions: older } = await unary(served.admin, 'listDecisions', { before: detail.decision!.number })
    expect(older.map(({ outcome }) => outcome)).to.include('OUTCOME_ADMITTED')
  })

  it('release a key over gRPC, and list what was released without it', async () => {
    machine.boot = { ...recordedRequest('uki-secureboot'), volumes: [volume] }
    const bootId = await started()
    const client = served.boot(machine.credentials)
    const { challenge, selection } = await unary(client, 'challenge', { bootId })
    expect(selection.map(({ hash, pcrs }) => [hash, pcrs])).to.deep.equal([
      [11, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15]],
    ])
    const { key, request } = machine.quoteFor(bootId, new Uint8Array(challenge))
    const { decision, sealedKeys } = await unary(client, 'release', request)
    const [released] = await machine.openRelease(key, bootId, { decision: Number(decision), sealedKeys })
    expect(released?.key).to.deep.equal(new Uint8Array(32).fill(9))
    const { keys } = await unary(served.admin, 'listKeys', { machine: 'web' })
    expect(keys[0]).to.include({ lastReleasedDecision: decision, machineName: 'web' })
    expect(JSON.stringify(keys)).not.to.include(Buffer.from(new Uint8Array(32).fill(9)).toString('base64'))
  })

  it('tell a refused machine the same whatever the reason', async () => {
    const client = served.boot(machine.credentials)
    const wrongBoot = { ...recordedRequest('uki'), volumes: [volume] }
    const refusals: RpcError[] = [await errorOf(unary(client, 'challenge', { bootId: new Uint8Array(16) }))]
    for (const boot of [wrongBoot, { ...machine.boot, volumes: [{ ...volume, uuid: new Uint8Array(16) }] }]) {
      machine.boot = boot
      const bootId = await started()
      const { challenge } = await unary(client, 'challenge', { bootId })
      const { request } = machine.quoteFor(bootId, new Uint8Array(challenge))
      refusals.push(await errorOf(unary(client, 'release', request)))
      refusals.push(await errorOf(unary(client, 'release', { ...request, attest: new Uint8Array(8) })))
    }
    await unary(served.admin, 'lockMachine', { machine: 'web', reason: 'lost' })
    const { request } = machine.prepareStart()
    refusals.push(await errorOf(drain(client.powerOn(request))))
    await unary(served.admin, 'unlockMachine', { machine: 'web', reason: 'found' })

    expect(new Set(refusals.map(({ code, message }) => `${code} ${message}`))).to.deep.equal(
      new Set(['boot/refused Refused.']),
    )
    expect(refusals.every(({ decision }) => decision !== undefined && decision > 0n)).to.equal(true)
  })

  it('keep a held request open until a person decides', async () => {
    const { token } = await unary(served.admin, 'inviteMachine', { name: 'db', validSeconds: 60 })
    const db = new FakeMachine(served.inner)
    await db.enrol(token)
    const kinds: (string | undefined)[] = []
    const { request } = db.prepareStart()
    for await (const message of served.boot(db.credentials).powerOn(request)) {
      const { event, held } = message as PowerOnEvent__Output
      kinds.push(event)
      if (event !== 'held') continue
      const { machine: shown } = await unary(served.admin, 'showMachine', { machine: 'db' })
      expect(shown?.heldDecision).to.equal(held?.decision)
      await unary(served.admin, 'acceptMachine', { machine: 'db', decision: held!.decision, reason: 'known' })
    }
    expect(kinds).to.deep.equal(['held', 'admitted'])
    await unary(served.admin, 'removeMachine', { machine: 'db', reason: 'test over' })
    expect((await errorOf(unary(served.admin, 'showMachine', { machine: 'db' }))).code).to.equal('machine/unknown')
  })

  it('keep machines and operators apart', async () => {
    const asMachine = unary(served.adminAs(machine.credentials), 'listMachines', {})
    expect((await errorOf(asMachine)).code).to.equal('identity/wrong-role')
    const asOperator = unary(await served.bootAsOperator(), 'challenge', { bootId: new Uint8Array(16) })
    expect((await errorOf(asOperator)).code).to.equal('identity/wrong-role')
  })

  it('say where a policy is wrong', async () => {
    const document = 'kind: BootPolicy\nname: web\nmachine: [web]\n'
    const error = await errorOf(unary(served.admin, 'applyPolicy', { document, source: 'web.yaml' }))
    expect(error.code).to.equal('policy/invalid')
    expect(error.message).to.match(/^web\.yaml:\d+:\d+: /)
  })

  it('send machines away while the server stops', async () => {
    const stopping = await ServedPolicyServer.start()
    const vm = new FakeMachine(stopping.inner)
    await vm.enrol(await stopping.inner.invite('vm'))
    const client = stopping.boot(vm.credentials)
    expect((await errorOf(unary(client, 'challenge', { bootId: new Uint8Array(16) }))).code).to.equal('boot/refused')
    stopping.inner.gates.close()
    expect((await errorOf(unary(client, 'challenge', { bootId: new Uint8Array(16) }))).code).to.equal('server/sealed')
    await stopping.stop()
  })

  describe('refuse a request that names its field wrongly', () => {
    const point = new Uint8Array(65)
    const start = {
      stateGeneration: 1,
      bootTokens: [new Uint8Array(32)],
      nextTokenHash: new Uint8Array(32),
      oneTimePublicKey: point,
    }
    const bootCases = [
      ['challenge', { bootId: new Uint8Array(15) }, 'bootId'],
      ['release', { bootId: new Uint8Array(16) }, 'challenge'],
      ['depositKey', { key: new Uint8Array(32) }, 'luks'],
      ['depositKey', { luks: volume, key: new Uint8Array(0) }, 'key'],
      ['depositKey', { luks: volume, key: new Uint8Array(513) }, 'key'],
    ] as const
    for (const [method, request, field] of bootCases)
      it(`Boot.${method}: ${field}`, async () => {
        const error = await errorOf(rawCall(served.boot(machine.credentials), method, request))
        expect(error.code).to.equal('request/malformed')
        expect(error.message).to.match(new RegExp(`^${field}`))
      })

    const startCases = [
      [{ ...start, stateGeneration: 0 }, 'stateGeneration'],
      [{ ...start, bootTokens: [] }, 'bootTokens'],
      [{ ...start, bootTokens: Array.from({ length: 65 }, () => new Uint8Array(32)) }, 'bootTokens'],
      [{ ...start, bootTokens: [new Uint8Array(31)] }, 'bootTokens.0'],
      [{ ...start, nextTokenHash: new Uint8Array(33) }, 'nextTokenHash'],
      [{ ...start, oneTimePublicKey: new Uint8Array(64) }, 'oneTimePublicKey'],
      [{ ...start, platformDocument: new Uint8Array(65_537) }, 'platformDocument'],
    ] as const
    for (const [request, field] of startCases)
      it(`Boot.PowerOn: ${field}`, async () => {
        const stream = served.boot(machine.credentials).powerOn({ ...request, bootTokens: [...request.bootTokens] })
        const error = await errorOf(drain(stream))
        expect(error.code).to.equal('request/malformed')
        expect(error.message).to.match(new RegExp(`^${field}`))
      })

    it('Boot.PowerOn: a one-time key off the curve', async () => {
      const error = await errorOf(drain(served.boot(machine.credentials).powerOn(start)))
      expect(error.code).to.equal('request/malformed')
    })

    const adminCases = [
      ['inviteMachine', { name: '' }, 'name'],
      ['inviteMachine', { name: '../etc' }, 'name'],
      ['inviteMachine', { name: 'web\u001b[2J' }, 'name'],
      ['inviteMachine', { name: 'x', validSeconds: 0xffff_ffff }, 'validSeconds'],
      ['showMachine', { machine: '' }, 'machine'],
      ['lockMachine', { machine: 'web', reason: 'a\nb' }, 'reason'],
      ['settleFork', { machine: 'web', reason: '' }, 'decision'],
      ['settleFork', { machine: 'web', decision: '18446744073709551615' }, 'decision'],
      ['applyPolicy', { document: '' }, 'document'],
      ['listDecisions', { limit: 1001 }, 'limit'],
    ] as const
    for (const [method, request, field] of adminCases)
      it(`Admin.${method}: ${field} of ${JSON.stringify(request)}`, async () => {
        const error = await errorOf(rawCall(served.admin, method, request))
        expect(error.code).to.equal('request/malformed')
        expect(error.message).to.match(new RegExp(`^(request|${field})`))
      })

    for (const method of ['begin', 'prove', 'complete'] as const)
      it(`Join.${method}: rubbish`, async () => {
        const rubbish = { core: Uint8Array.of(1, 2, 3), signature: new Uint8Array(64) }
        expect((await errorOf(unary(served.join, method, rubbish))).code).to.equal('request/malformed')
        const short = { core: Uint8Array.of(1, 2, 3), signature: new Uint8Array(63) }
        expect((await errorOf(unary(served.join, method, short))).message).to.match(/^signature/)
      })
  })

  it('say nothing of secrets in the log, and nothing at all of a mistake to the caller', async () => {
    const { inner } = served
    const said = inner.logged.join('\n').toLowerCase()
    const volumeKey = new Uint8Array(32).fill(9)
    for (const secret of [volumeKey, machine.stateKey])
      for (const form of ['hex', 'base64', 'base64url'] as const)
        expect(said).not.to.include(Buffer.from(secret).toString(form).toLowerCase())
    expect(said).not.to.match(/bljoin1\.|private key|9, 9, 9, 9/)
    expect(said).to.include('admission')

    const { store } = inner.parts
    const transact = store.transact.bind(store)
    store.transact = () => Promise.reject(new Error('the disk is on fire'))
    const failed = await errorOf(unary(served.admin, 'listMachines', {}))
    store.transact = transact
    expect(failed.code).to.equal('server/internal')
    expect(failed.message).not.to.include('fire')
    expect(inner.logged.at(-1)).to.include('the disk is on fire')
  })

  it('answer what is not there with its own code', async () => {
    const codeOf = async (work: Promise<unknown>) => (await errorOf(work)).code
    expect(await codeOf(unary(served.admin, 'showDecision', { number: 9999 }))).to.equal('decision/unknown')
    expect(await codeOf(unary(served.admin, 'showPolicy', { name: 'none' }))).to.equal('policy/unknown')
    expect(await codeOf(unary(served.admin, 'learnPolicy', { machine: 'none' }))).to.equal('machine/unknown')
  })
})

/** Calls a method by its name with something that its type may forbid. */
function rawCall(client: object, method: string, request: object): Promise<unknown> {
  const methods = client as Record<string, never>
  return unary(methods, method, request as never)
}

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  try {
    for await (const event of stream) expect(event).to.be.an('object')
  } catch (error) {
    throw fromStatus(error as ServiceError) ?? error
  }
}
