import { expect } from 'chai'
import { toHex } from '../../../../core/bytes/index.ts'
import type { RequestCore } from '../../../../core/evidence/index.ts'
import { ALG, digest } from '../../../../core/tpm/index.ts'
import { diffDecisions } from '../../../../policy-server/appraise/index.ts'
import { alteredRequest, event, recordedRequest } from '../../../fakes/attester-request.ts'
import { FakeMachine } from '../../../fakes/fake-machine.ts'
import { FakePolicyServer } from '../../../fakes/policy-server.ts'

const newer = new TextEncoder().encode('newer kernel')
const older: RequestCore = { ...recordedRequest('uki-secureboot'), volumes: [] }
/** The same boot with another content of the section .linux. */
const updated: RequestCore = {
  ...alteredRequest('uki-secureboot', (events) =>
    events.map((one) => (one.index === 26 ? { ...one, digests: event(0, 0, newer).digests } : one)),
  ),
  volumes: [],
}
const pcr7 = toHex(older.pcrs.get(ALG.sha256)!.get(7)!)
const pcr11 = [older, updated].map(({ pcrs }) => `"${toHex(pcrs.get(ALG.sha256)!.get(11)!)}"`).join()
const policy = [
  'kind: BootPolicy',
  'name: all',
  'groups: [default]',
  'tier: T0',
  'admission: { acceptDiskOnlyIdentity: true }',
  `release: { pcrs: { sha256: { 7: ["${pcr7}"], 11: [${pcr11}] } } }`,
  '',
].join('\n')

describe('names for what was measured', () => {
  let server: FakePolicyServer
  beforeEach(async () => {
    server = await FakePolicyServer.start()
    await server.apply(policy)
  })
  afterEach(() => server.stop())

  async function booting(name: string, boots: readonly RequestCore[]): Promise<void> {
    const machine = new FakeMachine(server)
    await machine.enrol(await server.invite(name))
    await server.accept(name)
    for (const boot of boots) {
      machine.boot = boot
      await machine.release(await machine.powerOn())
    }
  }
  const decisions = () =>
    server.parts.store.transact((tx) =>
      tx.selectFrom('decisions').selectAll().where('gate', '=', 'release').orderBy('number').execute(),
    )
  const newest = async () => JSON.parse((await decisions()).at(-1)?.bootDiff ?? '[]') as string[]

  it('are the boot of another machine in which it was accepted', async () => {
    await booting('web-2', [updated])
    await booting('web-1', [older, older, updated])
    const [first] = await decisions()
    expect(await newest()).to.have.length(1)
    expect((await newest())[0]).to.match(
      new RegExp(`^the kernel .* changed: .*, known from decision ${first?.number ?? 0} of web-2$`),
    )
  })

  it('are none where the boot itself is the first, or nothing is different', async () => {
    await booting('web-1', [older, older])
    expect(await newest()).to.deep.equal([])
    await booting('web-2', [older, updated])
    expect((await newest())[0]).to.match(/^the kernel .* -> [0-9a-f]{16}\.\.\.$/)
    const [before, after] = (await decisions()).slice(-2).map(({ number }) => number) as [number, number]
    const diff = (one: number, other: number) =>
      server.parts.store.transact((tx) => diffDecisions(tx, server.gates.dictionary, one, other))
    expect((await diff(before, after))[0], 'a boot explains nothing about itself').to.match(/\.\.\.$/)
    expect((await diff(after, before))[0]).to.match(/, known from decision \d+ of web-[12]$/)
  })

  it('are the versions that reference values give', async () => {
    await server.apply(
      `kind: ReferenceValues\nname: debian\nsets:\n  kernel:\n    - { version: "6.1.0-30", sha256: "${toHex(digest(ALG.sha256, newer))}" }\n`,
    )
    await booting('web-1', [older, updated])
    expect((await newest())[0]).to.match(/ -> [0-9a-f]{16}\.\.\. \(6\.1\.0-30 of debian\/kernel\)$/)
  })
})
