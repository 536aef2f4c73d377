import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { FakeMachine, nextEvent } from '../../fakes/fake-machine.ts'
import { FakePolicyServer } from '../../fakes/policy-server.ts'

/** What may happen to a start: it goes well, or something gets lost, or somebody dies. */
const mishaps = ['none', 'request lost', 'answer lost', 'commit refused', 'commit persisted', 'server killed'] as const
type Mishap = (typeof mishaps)[number]
const history = fc.array(fc.constantFrom(...mishaps), { maxLength: 8 })

describe('gate 1, whatever gets lost', () => {
  let folder: string
  let server: FakePolicyServer
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bootlatch-gate-'))
    server = await FakePolicyServer.start(join(folder, 'server.sqlite'))
  })
  afterEach(async () => {
    await server.stop()
    rmSync(folder, { recursive: true })
  })

  let names = 0
  async function acceptedMachine(): Promise<FakeMachine> {
    const name = `vm-${names++}`
    const machine = new FakeMachine(server)
    await machine.enrol(await server.invite(name))
    await server.accept(name)
    return machine
  }

  /** One start with its mishap; true where the machine got its state keys. */
  async function start(machine: FakeMachine, mishap: Mishap): Promise<boolean> {
    machine.server = server
    const { key, events } = machine.ask()
    if (mishap === 'request lost') return false
    if (mishap === 'commit refused') server.disk.failNextCommit('refused', 1)
    if (mishap === 'commit persisted') server.disk.failNextCommit('persisted', 1)
    const event = await nextEvent(events).catch((error: unknown) => error as Error)
    server.disk.heal()
    if (mishap === 'server killed') server = await server.restart()
    if (event instanceof Error) {
      expect(event.message).to.match(/^injected/)
      return false
    }
    await events.return(undefined)
    if (mishap === 'answer lost' && event.kind === 'admitted') return false
    await machine.takeIn(key, event)
    return true
  }

  it('admits the only copy of a machine in the end', async () => {
    const law = async (before: readonly Mishap[]): Promise<void> => {
      const machine = await acceptedMachine()
      for (const mishap of before) await start(machine, mishap)
      expect(await start(machine, 'none')).to.equal(true)
      expect(machine.tokenCount).to.equal(1)
    }
    await fc.assert(fc.asyncProperty(history, law), { numRuns: 12 })
  })

  it('holds every copy that is older than an admitted start', async () => {
    const law = async (
      before: readonly Mishap[],
      between: readonly Mishap[],
      isOriginalFirst: boolean,
    ): Promise<void> => {
      const original = await acceptedMachine()
      for (const mishap of before) await start(original, mishap)
      const copy = original.copy()
      const [first, second] = isOriginalFirst ? [original, copy] : [copy, original]
      for (const mishap of between) await start(first, mishap)
      await start(first, 'none')
      second.server = server
      expect(await nextEvent(second.ask().events)).to.have.property('kind', 'held')
      first.server = server
      expect(await nextEvent(first.ask().events)).to.have.property('kind', 'held')
    }
    await fc.assert(fc.asyncProperty(history, history, fc.boolean(), law), { numRuns: 12 })
  })
})
