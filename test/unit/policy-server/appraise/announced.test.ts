import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { learn, preview, type PreviewEvent } from '../../../../policy-server/appraise/index.ts'
import { announcementUses, withdrawAnnouncement } from '../../../../policy-server/policies/index.ts'
import { recordedRequest } from '../../../fakes/attester-request.ts'
import { FakeMachine } from '../../../fakes/fake-machine.ts'
import { failureCode } from '../../../fakes/failure-code.ts'
import type { CommitFault } from '../../../fakes/faulty-dialect.ts'
import { FakePolicyServer } from '../../../fakes/policy-server.ts'
import { recordedPcrs } from '../../../vectors/vectors.ts'

const volume = { uuid: new Uint8Array(16).fill(7), keyslotDigest: new Uint8Array(32).fill(8) }
const volumeKey = new Uint8Array(32).fill(9)
const stale = 'ab'.repeat(32)

describe('a boot by announced values', () => {
  let server: FakePolicyServer
  let machine: FakeMachine
  /** PCR 0 as the machine has it; its policy wants another value. */
  let pcr0: string
  beforeEach(async () => {
    server = await FakePolicyServer.start()
    machine = await enrolled('web')
  })
  afterEach(async () => {
    await server.stop()
  })

  async function enrolled(name: string): Promise<FakeMachine> {
    const one = new FakeMachine(server)
    await one.enrol(await server.invite(name))
    await server.accept(name)
    await one.deposit(volume, volumeKey)
    await failureCode(one.release(await one.powerOn()))
    const { document } = await server.parts.store.transact((tx) => learn(tx, name, ''))
    pcr0 = /0: \["([0-9a-f]{64})"\]/.exec(document)![1]!
    await server.apply(document.replace(pcr0, stale))
    one.boot = { ...one.boot, volumes: [volume] }
    return one
  }
  const announcement = (more = 'boots: 1', value = pcr0, forWhom = 'machines: [web]'): string => {
    const until = new Date(server.parts.clock() + 60_000).toISOString()
    const what = `pcrs: { 0: [{ version: firmware 2, sha256: "${value}" }] }`
    return `kind: Announcement\nname: update\n${forWhom}\nuntil: ${until}\n${more}\n${what}\n`
  }
  const boot = async (one = machine): Promise<string> => {
    const release = one.release(await one.powerOn())
    return await release.then(
      ([released]) => {
        expect(released?.key).to.deep.equal(volumeKey)
        return 'released'
      },
      () => failureCode(release),
    )
  }
  const uses = (version = 1) => server.parts.store.transact((tx) => announcementUses(tx, { name: 'update', version }))
  const withdraw = () =>
    server.parts.store.transact((tx) =>
      withdrawAnnouncement(tx, 'update', { by: 'bob', unixMs: server.parts.clock(), reason: 'postponed' }),
    )
  const lastReasons = () =>
    server.parts.store.transact(async (tx) => {
      const row = await tx.selectFrom('decisions').selectAll().orderBy('number', 'desc').executeTakeFirstOrThrow()
      return JSON.parse(row.reasons) as readonly { code: string; rule: string; fact: string }[]
    })

  it('is released as often as is announced, and the decision names the announcement', async () => {
    expect(await boot()).to.equal('boot/refused')
    await server.apply(announcement('boots: 2'))
    expect(await boot()).to.equal('released')
    const reason = (await lastReasons()).find(({ code }) => code === 'policy/announcement')
    expect(reason).to.include({ rule: 'announcement update version 1', fact: 'boot 1 of 2 by announced values' })
    expect(await boot()).to.equal('released')
    expect(await boot()).to.equal('boot/refused')
    expect((await uses()).map(({ machine: name, ordinal }) => `${name} ${ordinal}`)).to.deep.equal(['web 1', 'web 2'])
  })

  it('is over with the time that is announced, to the millisecond', async () => {
    await server.apply(announcement('# any number'))
    server.passTime(59_999)
    expect(await boot()).to.equal('released')
    server.passTime(1)
    expect(await boot()).to.equal('boot/refused')
  })

  it('is over with the withdrawal, which stays on record', async () => {
    await server.apply(announcement())
    await withdraw()
    expect(await boot()).to.equal('boot/refused')
    expect(await failureCode(withdraw())).to.equal('policy/unknown')
    await server.apply(announcement('boots: 3'))
    expect(await boot()).to.equal('released')
    expect(await uses(2)).to.have.length(1)
  })

  it('counts the boots of each machine of a group', async () => {
    const second = await enrolled('db')
    await server.apply(announcement('boots: 1', pcr0, 'groups: [default]'))
    expect([await boot(), await boot(second), await boot(second), await boot()]).to.deep.equal([
      'released',
      'released',
      'boot/refused',
      'boot/refused',
    ])
  })

  it('is not for another machine', async () => {
    const second = await enrolled('db')
    await server.apply(announcement())
    expect(await boot(second)).to.equal('boot/refused')
    expect(await uses()).to.deep.equal([])
  })

  it('does not use it up where it is refused for something else, or the policy alone lets it through', async () => {
    await server.apply(announcement())
    machine.address = '10.9.9.9'
    expect(await failureCode(machine.powerOn())).to.equal('boot/refused')
    machine.address = '127.0.0.1'
    const bootId = await machine.powerOn()
    machine.address = '10.9.9.9'
    expect(await failureCode(machine.release(bootId))).to.equal('boot/refused')
    machine.address = '127.0.0.1'
    expect(await uses()).to.deep.equal([])
    expect(await boot()).to.equal('released')
  })

  it('is answered again to the identical request without being counted again', async () => {
    await server.apply(announcement())
    const asked = await machine.prepareRelease(await machine.powerOn())
    await machine.sendRelease(asked)
    const [again] = await machine.sendRelease(asked)
    expect(again?.key).to.deep.equal(volumeKey)
    expect(await uses()).to.have.length(1)
  })

  describe('that ends the old values', () => {
    const [old, updated] = ['uki-secureboot', 'uki'] as const
    const kernelOf = (name: typeof old | typeof updated): string => recordedPcrs(name)['sha256']!['4']!
    const policy = (more = '') =>
      `kind: BootPolicy\nname: web\nmachines: [web]\ntier: T0\n${more}admission: { networks: ["127.0.0.1/32"] }\nrelease: { pcrs: { sha256: { 4: ["${kernelOf(old)}"] } } }\n`
    const announced = (more = 'boots: 1') =>
      announcement(`oldValues: refuseOnceBooted\n${more}`, kernelOf(updated)).replace('{ 0:', '{ 4:')
    const bootOf = (name: typeof old | typeof updated): Promise<string> => {
      machine.boot = { ...recordedRequest(name), volumes: [volume] }
      return boot()
    }
    const restart = async (): Promise<void> => {
      server = await server.restart()
      machine.server = server
    }
    beforeEach(async () => {
      await server.apply(policy())
      await server.apply(announced())
    })

    it('accepts them until the machine has booted by the new ones', async () => {
      expect(await bootOf(old)).to.equal('released')
      expect(await uses()).to.deep.equal([])
      expect(await bootOf(updated)).to.equal('released')
      expect(await bootOf(old)).to.equal('boot/refused')
    })

    it('goes on refusing them once it is used up', async () => {
      await bootOf(updated)
      expect(await bootOf(updated), 'the one boot is used').to.equal('boot/refused')
      expect(await bootOf(old)).to.equal('boot/refused')
    })

    it('goes on refusing them once its time is over', async () => {
      await bootOf(updated)
      server.passTime(60_000)
      expect(await bootOf(old)).to.equal('boot/refused')
    })

    it('goes on refusing them once it is withdrawn, for which nobody signs', async () => {
      await bootOf(updated)
      await withdraw()
      expect(await bootOf(old)).to.equal('boot/refused')
    })

    it('accepts them again by another version of the policy, or of itself', async () => {
      await bootOf(updated)
      await server.apply(policy('# with the old kernel all the same\n'))
      expect(await bootOf(old)).to.equal('released')
      await server.apply(announced('boots: 2'))
      expect(await bootOf(updated)).to.equal('released')
      await server.apply(announced('boots: 3').replace('refuseOnceBooted', 'keep'))
      expect(await bootOf(old)).to.equal('released')
    })

    it('refuses them of machines alone that have booted by the new ones', async () => {
      const other = await enrolled('db')
      await server.apply(policy().replaceAll('web', 'db'))
      await server.apply(announced().replace('[web]', '[web, db]'))
      await bootOf(updated)
      other.boot = { ...recordedRequest(old), volumes: [volume] }
      expect(await boot(other)).to.equal('released')
    })

    it('does not end them by a boot that was refused', async () => {
      machine.boot = { ...recordedRequest(updated), volumes: [volume] }
      const bootId = await machine.powerOn()
      machine.address = '10.9.9.9'
      await failureCode(machine.release(bootId))
      machine.address = '127.0.0.1'
      expect(await bootOf(old)).to.equal('released')
    })

    it('is previewed as it judges', async () => {
      expect(await bootOf(old)).to.equal('released')
      await bootOf(updated)
      await bootOf(old)
      const context = { ...server.parts, shelf: server.gates.shelf }
      const previewed = async (document: string): Promise<string> => {
        const request = { document, source: 'given.yaml', last: 1, sinceUnixMs: 0 }
        for await (const event of preview(context, request, new AbortController().signal))
          if (event.kind === 'end') return `${event.stillStop} stops, ${event.wouldNewlyBoot} would newly boot`
        return ''
      }
      expect(await previewed(announced('boots: 5'))).to.equal('1 stops, 0 would newly boot')
      expect(await previewed(announced().replace('refuseOnceBooted', 'keep'))).to.equal('0 stops, 1 would newly boot')
    })

    it('refuses a machine that has used it once it cannot be read', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'bootlatch-announced-'))
      await server.stop()
      server = await FakePolicyServer.start(join(folder, 'server.sqlite'))
      machine = await enrolled('web')
      await server.apply(policy())
      await server.apply(announced('boots: 3'))
      await bootOf(updated)
      await server.parts.store.transact((tx) => tx.updateTable('announcements').set({ document: 'bogus: 1' }).execute())
      await restart()
      expect(await bootOf(old)).to.equal('boot/refused')
      expect((await server.decisions()).at(-1)?.failed).to.deep.equal(['policy/unreadable'])
      rmSync(folder, { recursive: true })
    })
  })

  it('is over for good once it was seen to be over: a clock that is set back does not bring it back', async () => {
    await server.apply(announcement('# any number'))
    server.passTime(60_000)
    expect(await boot()).to.equal('boot/refused')
    server.passTime(-50_000)
    expect(await boot()).to.equal('boot/refused')
    await server.apply(announcement('boots: 5'))
    expect(await boot(), 'a new version').to.equal('released')
  })

  it('is over for good also where only the start of the server has seen it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bootlatch-announced-'))
    await server.stop()
    server = await FakePolicyServer.start(join(folder, 'server.sqlite'))
    machine = await enrolled('web')
    await server.apply(announcement('# any number'))
    server.passTime(60_000)
    server = await server.restart()
    server.passTime(-50_000)
    machine.server = server
    expect(await boot()).to.equal('boot/refused')
    rmSync(folder, { recursive: true })
  })

  it('counts its boots over a restart of the server', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bootlatch-announced-'))
    await server.stop()
    server = await FakePolicyServer.start(join(folder, 'server.sqlite'))
    machine = await enrolled('web')
    await server.apply(announcement('boots: 2'))
    for (const expected of ['released', 'released', 'boot/refused']) {
      expect(await boot()).to.equal(expected)
      server = await server.restart()
      machine.server = server
    }
    rmSync(folder, { recursive: true })
  })

  it('names the versions of values that it refers to in the decision that needed them', async () => {
    const values = (name: string, set = 'pcr0') =>
      `kind: ReferenceValues\nname: ${name}\nsets: { ${set}: [{ version: "2", sha256: "${pcr0}" }] }\n`
    const refer = () =>
      announcement('boots: 3').replace(/pcrs: .*/, 'reference: { pcrs: { 0: [ovmf/pcr0] }, versions: ["2"] }')
    expect(await failureCode(server.apply(refer()))).to.equal('policy/invalid')
    await server.apply(values('ovmf', 'pcr1'))
    await server.apply(values('ovmf'))
    await server.apply(refer())
    expect(await boot()).to.equal('released')
    const versions = await server.parts.store.transact(async (tx) => {
      const row = await tx.selectFrom('decisions').selectAll().orderBy('number', 'desc').executeTakeFirstOrThrow()
      return row.referenceVersions
    })
    expect(JSON.parse(versions)).to.deep.equal({ ovmf: 2 })
    await server.apply(values('ovmf', 'pcr1'))
    expect(await boot(), 'values that were taken away').to.equal('boot/refused')
    await server.apply(`${values('ovmf')}# again\n`)
    expect(await boot()).to.equal('released')
  })

  it('is used beside another one, each for what only it names', async () => {
    const { document } = await server.parts.store.transact((tx) => learn(tx, 'web', ''))
    const pcr7 = /7: \["([0-9a-f]{64})"\]/.exec(document)![1]!
    await server.apply(document.replace(pcr0, stale).replace(pcr7, stale))
    await server.apply(announcement('boots: 1'))
    expect(await boot(), 'one alone does not do').to.equal('boot/refused')
    server.passTime(1)
    const second = announcement('boots: 2', pcr7).replace('name: update', 'name: second').replace('{ 0:', '{ 7:')
    await server.apply(second)
    expect(await boot()).to.equal('released')
    const used = (await lastReasons()).filter(({ code }) => code === 'policy/announcement').map(({ rule }) => rule)
    expect(used).to.deep.equal(['announcement update version 1', 'announcement second version 1'])
    expect(await boot(), 'the first is used up').to.equal('boot/refused')
  })

  for (const fault of ['refused', 'persisted'] satisfies readonly CommitFault[])
    it(`is counted once with its decision, wherever the server crashes (commit ${fault})`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'bootlatch-announced-'))
      await server.stop()
      server = await FakePolicyServer.start(join(folder, 'server.sqlite'))
      machine = await enrolled('web')
      await server.apply(announcement('boots: 1'))
      for (let after = 0; after < 4; after++) {
        const asked = await machine.prepareRelease(await machine.powerOn())
        server.disk.failNextCommit(fault, after)
        const failed = await machine.sendRelease(asked).then(
          () => false,
          () => true,
        )
        server.disk.heal()
        if (failed) {
          server = await server.restart()
          machine.server = server
          const [released] = await machine.sendRelease(asked)
          expect(released?.key).to.deep.equal(volumeKey)
        }
        expect(await uses(after + 1)).to.have.length(1)
        expect(await boot()).to.equal('boot/refused')
        if (!failed) break
        await server.apply(`${announcement('boots: 1')}# ${after}\n`)
      }
      rmSync(folder, { recursive: true })
    })

  it('gives two machines that ask with the same last boot no second one: one row, one boot', async () => {
    await server.apply(announcement())
    await boot()
    const [use] = await uses()
    const twice = server.parts.store.transact(async (tx) => {
      const row = await tx.selectFrom('announcementUses').selectAll().executeTakeFirstOrThrow()
      await tx.insertInto('announcementUses').values(row).execute()
    })
    expect(
      await twice.then(
        () => 'written',
        (error: unknown) => (error as Error).message,
      ),
    ).to.match(/UNIQUE/)
    expect(use?.ordinal).to.equal(1)
  })

  it('is refused at apply where it would change nothing, or is over already', async () => {
    const apply = (document: string) => failureCode(server.apply(document))
    expect(await apply(announcement('boots: 1', pcr0, 'machines: [nobody]'))).to.equal('policy/invalid')
    expect(await apply(announcement().replace('{ 0:', '{ 10:'))).to.equal('policy/invalid')
    expect(await apply(announcement().replace(/until: .*/, 'until: 2020-01-01T00:00:00Z'))).to.equal('policy/invalid')
  })

  it('is one of a bounded number: a refused boot is judged by each', async () => {
    const named = (at: number) => announcement().replace('name: update', `name: update-${at}`)
    for (let at = 0; at < 64; at++) await server.apply(named(at))
    expect(await failureCode(server.apply(named(64)))).to.equal('request/too-many')
    await server.apply(`${named(63)}# again\n`)
    expect(await boot()).to.equal('released')
    server.passTime(60_000)
    await server.apply(named(64))
  })

  describe('in a preview', () => {
    const counts = async (document: string): Promise<PreviewEvent | undefined> => {
      const request = { document, source: 'given.yaml', last: 1, sinceUnixMs: 0 }
      let end: PreviewEvent | undefined
      const context = { ...server.parts, shelf: server.gates.shelf }
      for await (const event of preview(context, request, new AbortController().signal)) end = event
      return end
    }

    it('newly boots by an announcement that is not posted, and goes on by one that is', async () => {
      expect(await counts(announcement())).to.include({ wouldNewlyBoot: 1, stillStop: 0 })
      expect(await uses()).to.deep.equal([])
      await server.apply(announcement())
      expect(await counts(announcement())).to.include({ stillBoot: 1 })
      const { document } = await server.parts.store.transact((tx) => learn(tx, 'web', ''))
      expect(await counts(document.replace(pcr0, 'cd'.repeat(32)))).to.include({ stillBoot: 1 })
    })

    it('stops once it is used up, by the same count as a live boot', async () => {
      await server.apply(announcement())
      expect(await boot()).to.equal('released')
      const { document } = await server.parts.store.transact((tx) => learn(tx, 'web', ''))
      expect(await counts(document.replace(pcr0, stale))).to.include({ stillStop: 1 })
    })

    it('refuses what apply would refuse', async () => {
      const over = announcement().replace(/until: .*/, 'until: 2020-01-01T00:00:00Z')
      expect(await failureCode(counts(over))).to.equal('policy/invalid')
      expect(await failureCode(counts('kind: Signers\n'))).to.equal('policy/invalid')
    })
  })
})
