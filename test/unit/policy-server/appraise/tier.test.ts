import { expect } from 'chai'
import { learn, preview } from '../../../../policy-server/appraise/index.ts'
import { applyPolicy } from '../../../../policy-server/policies/index.ts'
import { machineDetail } from '../../../../policy-server/service/admin-reports.ts'
import { Engineers } from '../../../fakes/engineers.ts'
import { failureCode } from '../../../fakes/failure-code.ts'
import { FakeMachine, nextEvent } from '../../../fakes/fake-machine.ts'
import { FakePolicyServer } from '../../../fakes/policy-server.ts'

describe('the tier of a machine', () => {
  let server: FakePolicyServer
  let machine: FakeMachine
  let learnt: string

  beforeEach(async () => {
    server = await FakePolicyServer.start()
    machine = new FakeMachine(server)
    await machine.enrol(await server.invite('web'))
    await server.accept('web')
    await failureCode(machine.release(await machine.powerOn()))
    learnt = (await server.parts.store.transact((tx) => learn(tx, 'web', ''))).document
  })
  afterEach(() => server.stop())

  const boot = async () => failureCode(machine.release(await machine.powerOn()))
  const start = () => failureCode(machine.powerOn())
  const policyFor = (tier: string) => learnt.replace('tier: T0', `tier: ${tier}`)
  const newest = async () => (await server.decisions()).at(-1)
  const shown = () =>
    server.parts.store.transact(async (tx) => {
      const { id } = await tx.selectFrom('machines').select('id').where('name', '=', 'web').executeTakeFirstOrThrow()
      return await machineDetail(tx, server.gates, id)
    })

  it('is T0 from its enrolment, and then no machine for a policy of T1, at the first gate', async () => {
    expect(learnt).to.contain('tier: T0')
    await server.apply(policyFor('T1'))
    expect(await start()).to.equal('boot/refused')
    expect(await newest()).to.deep.include({ outcome: 'admission refused', failed: ['policy/tier'] })
  })

  it('is what a person says, on record with who and why', async () => {
    await server.apply(policyFor('T1'))
    await server.sayTier('web', 'T1')
    expect(await server.tierOf('web')).to.equal('T1')
    expect(await boot()).to.equal('nothing failed')
    const { tierWords, tierWaiting, actions } = await shown()
    expect(tierWords).to.have.nested.property('0.operator', 'ann')
    expect(tierWords).to.have.nested.property('0.reason', 'seen on its host')
    expect(tierWaiting).to.deep.equal([])
    expect(actions).to.have.nested.property('0.action', 'tier T1')
  })

  it('counts at the second gate as it is then', async () => {
    await server.apply(policyFor('T1'))
    await server.sayTier('web', 'T1')
    const bootId = await machine.powerOn()
    await server.sayTier('web', 'T0')
    expect(await failureCode(machine.release(bootId))).to.equal('boot/refused')
    expect(await newest()).to.deep.include({ outcome: 'release refused', failed: ['policy/tier'] })
  })

  it('is asked for by groups as well, also where there is no policy', async () => {
    await server.apply('kind: Group\nname: default\nrequire: { tier: T1 }\n')
    expect(await start()).to.equal('boot/refused')
    await server.sayTier('web', 'T1')
    expect(await start()).to.equal('nothing failed')
  })

  it('counts in a preview as it is', async () => {
    const counts = async () => {
      const request = { document: policyFor('T1'), source: 'web.yaml', last: 1, sinceUnixMs: 0 }
      const context = { ...server.parts, shelf: server.gates.shelf }
      for await (const event of preview(context, request, new AbortController().signal))
        if (event.kind === 'end') return { boots: event.wouldNewlyBoot, stops: event.stillStop }
      return undefined
    }
    expect(await counts()).to.deep.equal({ boots: 0, stops: 1 })
    await server.sayTier('web', 'T1')
    expect(await counts()).to.deep.equal({ boots: 1, stops: 0 })
  })

  it('does not hide that a copy has started', async () => {
    const copy = machine.copy()
    expect(await start()).to.equal('nothing failed')
    await server.apply(policyFor('T1'))
    const { events } = copy.ask()
    expect((await nextEvent(events)).kind).to.equal('held')
    await events.return(undefined)
  })

  it('is no word for what nothing shows', async () => {
    for (const tier of ['T2', 'T3'] as const)
      expect(await failureCode(server.sayTier('web', tier))).to.equal('machine/tier-unproven')
    expect(await server.tierOf('web')).to.equal('T0')
  })

  it('is said of the TPM that the person looked at, and of no other', async () => {
    const order = {
      machine: 'web',
      tier: 'T1',
      reason: 'seen',
      operator: 'ann',
      operatorKey: new Uint8Array(32),
    } as const
    const expectedAkName = new Uint8Array(34).fill(1)
    expect(await failureCode(server.gates.fleet.changeTier({ ...order, expectedAkName }))).to.equal(
      'machine/identity-changed',
    )
  })

  it('is T0 again, with an alarm, when the machine has another TPM', async () => {
    const before = new FakeMachine(server)
    const token = await server.invite('db')
    await before.enrol(token)
    await server.sayTier('db', 'T1')
    // Begun anew before its first start: the same machine, another TPM
    before.replaceTpm()
    await before.enrol(token)
    expect(await server.tierOf('db')).to.equal('T0')
    expect((await server.alarms('db')).join()).to.contain('its tier is T0 again')
  })

  it('is said of no machine that has not finished its enrolment', async () => {
    const other = new FakeMachine(server)
    await other.begin(await server.invite('db'))
    const order = {
      machine: 'db',
      tier: 'T1',
      reason: 'seen',
      operator: 'ann',
      operatorKey: new Uint8Array(32),
    } as const
    const refused = failureCode(server.gates.fleet.changeTier({ ...order, expectedAkName: new Uint8Array(34) }))
    expect(await refused).to.be.oneOf(['machine/identity-changed', 'machine/wrong-state'])
  })

  describe('where two engineers sign', () => {
    beforeEach(async () => {
      const { ca, clock, store } = server.parts
      const engineers = new Engineers(ca.serverId)
      const document = engineers.signers(2, ['ann', 'bob'])
      const signatures = await engineers.sign(document, 1, ['ann', 'bob'])
      const applied = { by: 'op', unixMs: clock(), serverId: ca.serverId, signatures }
      await applyPolicy(store, server.gates.shelf, { document, source: 'signers.yaml' }, applied)
    })

    it('is raised by the word of two people, each by name and key', async () => {
      await server.sayTier('web', 'T1')
      expect(await server.tierOf('web')).to.equal('T0')
      expect((await shown()).tierWaiting).to.have.length(1)
      expect((await shown()).tierPeople).to.equal(2)
      expect(await failureCode(server.sayTier('web', 'T1'))).to.equal('machine/wrong-state')
      expect(await failureCode(server.sayTier('web', 'T1', 'ann', 'her laptop'))).to.equal('machine/wrong-state')
      expect(await failureCode(server.sayTier('web', 'T1', 'bob', "ann's"))).to.equal('machine/wrong-state')
      await server.sayTier('web', 'T1', 'bob')
      expect(await server.tierOf('web')).to.equal('T1')
    })

    it('is not raised by somebody whose certificate has ended', async () => {
      await server.sayTier('web', 'T1')
      server.revoked.add('ann')
      await server.sayTier('web', 'T1', 'bob')
      expect(await server.tierOf('web')).to.equal('T0')
    })

    it('is lowered by one, who takes waiting words back as well', async () => {
      await server.sayTier('web', 'T1')
      await server.sayTier('web', 'T0', 'bob')
      await server.sayTier('web', 'T1', 'bob')
      expect(await server.tierOf('web'), 'one of two words was taken back').to.equal('T0')
      await server.sayTier('web', 'T1')
      expect(await server.tierOf('web')).to.equal('T1')
      await server.sayTier('web', 'T0', 'cy')
      expect(await server.tierOf('web')).to.equal('T0')
      expect((await shown()).tierWaiting).to.deep.equal([])
    })
  })
})
