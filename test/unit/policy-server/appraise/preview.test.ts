import { expect } from 'chai'
import { diffDecisions, learn, preview, propose, type PreviewEvent } from '../../../../policy-server/appraise/index.ts'
import { applyPolicy, showPolicy } from '../../../../policy-server/policies/index.ts'
import { FakeMachine } from '../../../fakes/fake-machine.ts'
import { failureCode } from '../../../fakes/failure-code.ts'
import { FakePolicyServer } from '../../../fakes/policy-server.ts'

describe('preview', () => {
  let server: FakePolicyServer
  beforeEach(async () => {
    server = await FakePolicyServer.start()
  })
  afterEach(() => server.stop())

  /** A machine that proved one boot; the policy learnt from it. */
  async function booted(name: string): Promise<string> {
    const machine = new FakeMachine(server)
    await machine.enrol(await server.invite(name))
    await server.accept(name)
    await failureCode(machine.release(await machine.powerOn()))
    return (await server.parts.store.transact((tx) => learn(tx, name, ''))).document
  }
  const events = async (document: string, more: { last?: number; sinceUnixMs?: number } = {}) => {
    const found: PreviewEvent[] = []
    const request = { document, source: 'web.yaml', last: 1, sinceUnixMs: 0, ...more }
    const context = { ...server.parts, shelf: server.gates.shelf }
    for await (const event of preview(context, request, new AbortController().signal))
      if (event.kind !== 'previewed') found.push(event)
    return found
  }
  const countsOf = async (...given: Parameters<typeof events>) => (await events(...given)).at(-1)
  const none = { wouldStop: 0, wouldWait: 0, wouldNewlyBoot: 0, stillBoot: 0, stillStop: 0, withoutEvidence: 0 }

  it('says which machines would newly boot, and what is against it now', async () => {
    const document = await booted('web')
    await booted('db')
    const [changed, end] = await events(document)
    expect(changed).to.deep.include({ kind: 'changed', machine: 'web', before: 'stops', after: 'boots' })
    expect(changed).to.have.nested.property('cause.code', 'policy/none')
    expect(end).to.deep.equal({ ...none, kind: 'end', machines: 2, boots: 2, wouldNewlyBoot: 1, stillStop: 1 })
  })

  it('says which would stop, by the rule that stops them', async () => {
    const document = await booted('web')
    await server.apply(document)
    expect(await countsOf(document)).to.deep.include({ stillBoot: 1, wouldStop: 0 })
    const stricter = document.replace(/(pcrs:\n\s+sha256:\n\s+0: \[")[0-9a-f]{64}/, `$1${'ab'.repeat(32)}`)
    expect(stricter).not.to.equal(document)
    const [changed, end] = await events(stricter)
    expect(changed).to.deep.include({ kind: 'changed', machine: 'web', before: 'boots', after: 'stops' })
    expect(changed).to.have.nested.property('cause.rule', 'release.pcrs.0')
    expect(end).to.deep.include({ wouldStop: 1, stillBoot: 0 })
  })

  it('says which would wait for a person', async () => {
    const document = await booted('web')
    await server.apply(document)
    const held = document.replace(/admission:[^]*release:/, 'admission: { approval: everyBoot }\nrelease:')
    expect(await countsOf(held)).to.deep.include({ wouldWait: 1, wouldStop: 0 })
  })

  it('judges by what a group would require, and by the policy it would give', async () => {
    const document = await booted('web')
    await server.apply(document)
    const group = (text: string) => `kind: Group\nname: default\n${text}\n`
    const [changed, end] = await events(group('require: { tier: T3 }'))
    expect(changed).to.deep.include({ kind: 'changed', machine: 'web', before: 'boots', after: 'stops' })
    expect(changed).to.have.nested.property('cause.rule', 'Group default: require.tier')
    expect(end).to.deep.include({ wouldStop: 1, stillBoot: 0 })
    expect(await countsOf(group('require: { tier: T0 }'))).to.deep.include({ wouldStop: 0, stillBoot: 1 })
    expect(await countsOf(group('require: { admission: { approval: everyBoot } }'))).to.deep.include({ wouldWait: 1 })

    await booted('db')
    await server.apply(document.replace('name: web', 'name: base').replace(/machines: .*\n/, ''))
    const given = group('policy: base')
    expect(await countsOf(given)).to.deep.include({ stillBoot: 1, wouldNewlyBoot: 1 })
    expect(await failureCode(events(group('parent: nowhere')))).to.equal('policy/invalid')
  })

  it('judges by changed reference values too', async () => {
    const document = await booted('web')
    const value = /0: \["([0-9a-f]{64})"\]/.exec(document)?.[1] ?? ''
    const values = (digest: string) =>
      `kind: ReferenceValues\nname: ovmf\nsets: { pcr0: [{ version: a, sha256: "${digest}" }] }\n`
    await server.apply(values(value))
    await server.apply(
      document
        .replace(/( +)pcrs:\n/, '$1pcrs:\n$1  reference: { 0: [ovmf/pcr0] }\n')
        .replace(/ +0: \["[0-9a-f]{64}"\].*\n/, ''),
    )
    expect(await countsOf(values(value))).to.deep.include({ stillBoot: 1 })
    expect(await countsOf(values('ab'.repeat(32)))).to.deep.include({ wouldStop: 1 })
  })

  it('leaves old boots out, counts as many as it is told, and machines without any', async () => {
    const document = await booted('web')
    await new FakeMachine(server).enrol(await server.invite('db'))
    expect(await countsOf(document, { last: 5 })).to.deep.include({ machines: 2, boots: 1, withoutEvidence: 1 })
    const sinceUnixMs = server.parts.clock() + 1
    expect(await countsOf(document, { sinceUnixMs })).to.deep.include({ boots: 0, withoutEvidence: 2 })
  })

  it('ends between two boots of a machine once nobody listens', async () => {
    const machine = new FakeMachine(server)
    await machine.enrol(await server.invite('web'))
    await server.accept('web')
    for (let boot = 0; boot < 3; boot++) await failureCode(machine.release(await machine.powerOn()))
    const { document } = await server.parts.store.transact((tx) => learn(tx, 'web', ''))
    const listening = new AbortController()
    const request = { document, source: 'web.yaml', last: 3, sinceUnixMs: 0 }
    const context = { ...server.parts, shelf: server.gates.shelf }
    let changed = 0
    for await (const { kind } of preview(context, request, listening.signal)) {
      if (kind === 'changed') changed += 1
      listening.abort()
    }
    expect(changed).to.equal(1)
  })

  it('counts every machine of a fleet of several pages once, and tells how far it is', async () => {
    const document = await booted('web')
    const { store } = server.parts
    await store.transact(async (tx) => {
      const found = await tx.selectFrom('decisions').selectAll().where('verified', '=', 1).executeTakeFirstOrThrow()
      for (let at = 0; at < 150; at++) {
        const id = Uint8Array.from(Buffer.alloc(16, at + 1))
        const name = `vm-${at}`
        const machine = {
          id,
          name,
          groupName: 'default',
          state: at === 7 ? 'removed' : 'accepted',
          tier: 'T0',
        } as const
        await tx
          .insertInto('machines')
          .values({ ...machine, createdUnixMs: 1 })
          .execute()
        for (const boot of [1, 2]) {
          const number = 1000 + 2 * at + boot
          await tx
            .insertInto('decisions')
            .values({ ...found, number, machineId: id, machineName: name, bootId: null })
            .execute()
        }
      }
    })
    const seen = await events(document, { last: 2 })
    const progress = seen.filter(({ kind }) => kind === 'progress')
    expect(progress).to.deep.equal([64, 128].map((done) => ({ kind: 'progress', done, total: 150 })))
    expect(seen.at(-1)).to.deep.include({ kind: 'end', machines: 150, boots: 149 * 2 + 1, withoutEvidence: 0 })
    expect(await countsOf(document)).to.deep.include({ machines: 150, boots: 150 })
  })

  it('applies nothing, and refuses what could not be applied', async () => {
    const document = await booted('web')
    await events(document)
    const { collection } = await server.parts.store.transact((tx) => server.gates.shelf.documents(tx))
    expect(collection.policies.size).to.equal(0)
    expect(await failureCode(events('kind: BootPolicy\n'))).to.equal('policy/invalid')
  })

  it('ends when nobody listens any more', async () => {
    const document = await booted('web')
    const request = { document, source: 'web.yaml', last: 1, sinceUnixMs: 0 }
    const context = { ...server.parts, shelf: server.gates.shelf }
    const { value, done } = await preview(context, request, AbortSignal.abort()).next()
    expect({ value, done }).to.deep.equal({ value: undefined, done: true })
  })
})

describe('propose', () => {
  it('changes the policy in force so that the refused boot is let through', async () => {
    const server = await FakePolicyServer.start()
    const machine = new FakeMachine(server)
    await machine.enrol(await server.invite('web'))
    await server.accept('web')
    await failureCode(machine.release(await machine.powerOn()))
    const proposal = () =>
      server.parts.store.transact((tx) => propose(tx, server.gates.shelf, { decision: 2, reason: 'known' }))
    expect(await failureCode(proposal())).to.equal('policy/none')
    const learnt = await server.parts.store.transact((tx) => learn(tx, 'web', ''))
    await server.apply(learnt.document.replace(/(pcrs:\n\s+sha256:\n\s+0: \[")[0-9a-f]{64}/, `$1${'ab'.repeat(32)}`))
    const { name, version, changes, remaining, document } = await proposal()
    expect({ name, version, remaining }).to.deep.equal({ name: 'web', version: 1, remaining: [] })
    expect(changes).to.deep.equal(['release.pcrs: the value of PCR 0 is added (sha256)'])
    const applied = { by: 'ann', unixMs: 1, reason: 'known', expectedVersion: version }
    const { store } = server.parts
    await applyPolicy(store, server.gates.shelf, { document, source: 'x' }, applied)
    expect((await showPolicy(store, server.gates.shelf, 'web', 2)).row.reason).to.equal('known')
    const late = applyPolicy(store, server.gates.shelf, { document: `${document}#\n`, source: 'x' }, applied)
    expect(await failureCode(late)).to.equal('policy/changed')
    await server.stop()
  })
})

describe('diffDecisions', () => {
  it('compares two boots on record, and says which has no evidence', async () => {
    const server = await FakePolicyServer.start()
    const machine = new FakeMachine(server)
    await machine.enrol(await server.invite('web'))
    await server.accept('web')
    await failureCode(machine.release(await machine.powerOn()))
    const diff = (before: number, after: number) =>
      server.parts.store.transact((tx) => diffDecisions(tx, server.gates.dictionary, before, after))
    expect(await diff(2, 2)).to.deep.equal([])
    expect(await failureCode(diff(1, 2))).to.equal('decision/without-evidence')
    expect(await failureCode(diff(2, 99))).to.equal('decision/unknown')
    await server.stop()
  })
})
