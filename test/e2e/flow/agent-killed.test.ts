import { expect } from 'chai'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ScratchVolume } from '../luks/scratch-volume.ts'
import { runAgent, type AgentEnded } from './agent-process.ts'
import { PolicyOffice } from './policy-office.ts'

const log = 'test/vectors/uki-secureboot/eventlog.bin'
const kills = 12

describe('bootlatch-agent, killed at any moment', function () {
  this.timeout(300_000)
  let office: PolicyOffice
  let disk: ScratchVolume
  let folder: string

  before(async () => {
    office = await PolicyOffice.create()
    await office.start()
    disk = new ScratchVolume()
    folder = mkdtempSync(join(tmpdir(), 'bootlatch-killed-'))
  })
  after(async () => {
    await office.stop()
    office.remove()
    disk.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  const state = (name: string) => ['--state', join(folder, name)]
  const unlock = (name: string, ...more: readonly string[]) => [
    ...['unlock', ...state(name), '--replay', log, '--test', '--json', '--wait', '20'],
    ...more,
  ]
  const must = ({ code, stdout, stderr, tookMs }: AgentEnded) => {
    expect(code, stderr).to.equal(0)
    return { result: JSON.parse(stdout) as Record<string, unknown>, tookMs }
  }

  it('ends its enrolment with the same machine, and gives its volume a key once', async () => {
    const enrol = ['enrol', ...state('vm'), '--token-file', '-', '--json']
    const input = await office.invite('vm')
    const rehearsal = await runAgent(['enrol', ...state('model'), '--token-file', '-'], {
      input: await office.invite('model'),
    })
    for (let kill = 1; kill <= kills; kill++) {
      const killed = await runAgent(enrol, { input, killAfterMs: (rehearsal.tookMs * kill) / kills })
      if (killed.code !== undefined) break
    }
    const status = await runAgent(['status', ...state('vm')])
    if (status.code !== 0) must(await runAgent(enrol, { input }))
    await office.accept('vm')
    expect((await office.show('vm')).alarms).to.deep.equal([])

    const add = [
      'volume',
      'add',
      ...state('vm'),
      '--device',
      disk.device,
      '--existing-key-file',
      disk.keyFile,
      '--json',
    ]
    const modelAdd = await runAgent(add)
    const { tookMs } = must(modelAdd)
    const again = new ScratchVolume()
    const addAgain = add.map((word) =>
      word === disk.device ? again.device : word === disk.keyFile ? again.keyFile : word,
    )
    for (let kill = 1; kill <= kills; kill++) await runAgent(addAgain, { killAfterMs: (tookMs * kill) / kills })
    must(await runAgent(addAgain))
    await office.accept('vm').catch(() => undefined)
    again.remove()
  })

  it('boots afterwards, and an older copy is held', async () => {
    const volume = ['--volume', `${disk.uuid}=${disk.device}`]
    const unlearnt = await runAgent(unlock('vm', ...volume))
    expect(unlearnt.code, unlearnt.stderr).to.equal(3)
    expect(JSON.parse(unlearnt.stdout)).to.include({ outcome: 'refused' })
    await office.learn('vm')
    const { result, tookMs } = must(await runAgent(unlock('vm', ...volume)))
    expect(result['volumes']).to.have.length(1)

    cpSync(join(folder, 'vm'), join(folder, 'copy'), { recursive: true })
    for (let kill = 1; kill <= kills; kill++) {
      await runAgent(unlock('vm', ...volume), { killAfterMs: (tookMs * kill) / kills })
      must(await runAgent(unlock('vm', ...volume)))
    }
    const copy = await runAgent([...unlock('copy', ...volume), '--wait', '1'])
    expect(copy.code, copy.stderr).to.equal(4)
    expect(JSON.parse(copy.stdout)).to.include({ outcome: 'held' })
  })
})
