import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { learn } from '../../../../policy-server/appraise/index.ts'
import { FakeMachine, nextEvent } from '../../../fakes/fake-machine.ts'
import { failureCode } from '../../../fakes/failure-code.ts'
import type { CommitFault } from '../../../fakes/faulty-dialect.ts'
import { FakePolicyServer } from '../../../fakes/policy-server.ts'

const volume = { uuid: new Uint8Array(16).fill(7), keyslotDigest: new Uint8Array(32).fill(8) }
const volumeKey = new Uint8Array(32).fill(9)
const faults: readonly CommitFault[] = ['refused', 'persisted']
/** More commits than one try of any of the runs below makes. */
const mostCommits = 12

describe('a server whose disk fails at any commit and that starts again', () => {
  let folder: string
  let server: FakePolicyServer
  let machine: FakeMachine
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bootlatch-crash-'))
    server = await FakePolicyServer.start(join(folder, 'server.sqlite'))
    machine = new FakeMachine(server)
  })
  afterEach(async () => {
    await server.stop()
    rmSync(folder, { recursive: true })
  })

  /** Runs `work` with the disk failing after `after` commits; where it fails, restarts the server and runs it again. */
  async function survive(
    fault: CommitFault,
    after: number,
    work: () => Promise<void>,
  ): Promise<'failed' | 'went through'> {
    server.disk.failNextCommit(fault, after)
    try {
      await work()
      return 'went through'
    } catch (error) {
      expect(error).to.have.property('message', `injected: commit ${fault}`)
      server = await server.restart()
      machine.server = server
      await work()
      return 'failed'
    } finally {
      server.disk.heal()
    }
  }

  /** As `survive`, at every commit that the work makes. */
  async function surviveEverywhere(
    fault: CommitFault,
    work: () => Promise<void>,
    check: () => Promise<void>,
  ): Promise<void> {
    for (let after = 0; after < mostCommits; after++) {
      const ending = await survive(fault, after, work)
      await check()
      if (ending === 'went through') return
    }
    throw new Error(`more than ${mostCommits} commits`)
  }

  async function learnt(): Promise<void> {
    await machine.enrol(await server.invite('web'))
    await server.accept('web')
    await machine.deposit(volume, volumeKey)
    await failureCode(machine.release(await machine.powerOn()))
    await server.apply((await server.parts.store.transact((tx) => learn(tx, 'web', ''))).document)
    machine.boot = { ...machine.boot, volumes: [volume] }
  }
  const bootAndUnlock = async (): Promise<void> => {
    const [released] = await machine.release(await machine.powerOn())
    expect(released?.key).to.deep.equal(volumeKey)
  }

  for (const fault of faults) {
    it(`enrols the same machine (commit ${fault})`, async () => {
      const token = await server.invite('web')
      const work = async (): Promise<void> => {
        await machine.enrol(token)
      }
      await surviveEverywhere(fault, work, async () => {
        const ids = await server.parts.store.transact((tx) => tx.selectFrom('machines').select('id').execute())
        expect(ids).to.deep.equal([{ id: machine.machineId }])
      })
      await server.accept('web')
      await machine.powerOn()
    })

    it(`boots the machine and holds an older copy (commit ${fault})`, async () => {
      await learnt()
      const copy = machine.copy()
      await surviveEverywhere(fault, bootAndUnlock, async () => {
        expect(await server.stateOf('web')).to.equal('accepted')
      })
      copy.server = server
      expect(await nextEvent(copy.ask().events)).to.have.property('kind', 'held')
      const count = (await server.decisions()).length
      const { number } = await server.parts.store.transact((tx) =>
        tx
          .selectFrom('decisions')
          .select((select) => select.fn.max('number').as('number'))
          .executeTakeFirstOrThrow(),
      )
      expect(number).to.equal(count)
    })

    it(`keeps one volume key (commit ${fault})`, async () => {
      await learnt()
      const other = { ...volume, keyslotDigest: new Uint8Array(32).fill(1) }
      let version = 1
      const work = async (): Promise<void> => {
        expect((await machine.deposit(other, volumeKey)).version).to.equal(2)
        version = 2
      }
      await surviveEverywhere(fault, work, () => Promise.resolve())
      expect(version).to.equal(2)
    })
  }

  it('gives the same request its keys when it died between decision and answer', async () => {
    await learnt()
    const asked = await machine.prepareRelease(await machine.powerOn())
    server.disk.failNextCommit('refused', 2)
    const died = await machine.sendRelease(asked).catch((error: unknown) => error)
    expect(died).to.have.property('message', 'injected: commit refused')
    expect((await server.decisions()).at(-1)?.outcome).to.equal('release released')
    server = await server.restart()
    machine.server = server
    const [released] = await machine.sendRelease(asked)
    expect(released?.key).to.deep.equal(volumeKey)
  })
})
