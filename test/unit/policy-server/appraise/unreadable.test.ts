import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { FakeMachine } from '../../../fakes/fake-machine.ts'
import { failureCode } from '../../../fakes/failure-code.ts'
import { FakePolicyServer } from '../../../fakes/policy-server.ts'

const policy = (name: string, more = ''): string =>
  `kind: BootPolicy\nname: ${name}\nmachines: [${name}]\ntier: T0\n${more}admission: { networks: ["127.0.0.1/32"] }\nrelease: { pcrs: { sha256: { 0: ["${'00'.repeat(32)}"] } } }\n`

describe('a server that cannot read a document in force', () => {
  let folder: string
  let server: FakePolicyServer
  let machine: FakeMachine
  let other: FakeMachine
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bootlatch-unreadable-'))
    server = await FakePolicyServer.start(join(folder, 'server.sqlite'))
    machine = await enrolled('web')
    other = await enrolled('db')
    await server.apply(policy('web'))
    await server.apply(policy('db'))
  })
  afterEach(async () => {
    await server.stop()
    rmSync(folder, { recursive: true })
  })

  async function enrolled(name: string): Promise<FakeMachine> {
    const one = new FakeMachine(server)
    await one.enrol(await server.invite(name))
    await server.accept(name)
    return one
  }
  /** The document as the version before wrote it, and a start of this version. */
  async function upgrade(): Promise<void> {
    await server.parts.store.transact((tx) =>
      tx
        .updateTable('policies')
        .set({ document: policy('web', 'bogus: 1\n') })
        .where('name', '=', 'web')
        .execute(),
    )
    server = await server.restart()
    machine.server = other.server = server
  }

  it('refuses the machines that depend on it at both gates, says why, and starts the others', async () => {
    const bootId = await machine.powerOn()
    await upgrade()
    expect(server.logged.join('\n')).to.match(/cannot be read: what depends on it is refused.*bogus/s)
    expect(await failureCode(machine.release(bootId))).to.equal('boot/refused')
    expect((await server.decisions()).at(-1)?.failed).to.deep.equal(['policy/unreadable'])
    expect(await failureCode(machine.powerOn())).to.equal('boot/refused')
    expect((await server.decisions()).at(-1)?.failed).to.deep.equal(['policy/unreadable'])
    await other.powerOn()
  })

  it('starts them again with a corrected version', async () => {
    await upgrade()
    expect(await failureCode(machine.powerOn())).to.equal('boot/refused')
    await server.apply(policy('web', '# corrected\n'))
    await machine.powerOn()
    expect((await server.restart().then((restarted) => (server = restarted))).logged.join()).to.not.contain(
      'cannot be read',
    )
  })
})
