import { expect } from 'chai'
import { preview } from '../../../../policy-server/appraise/index.ts'
import { applyPolicy, withdrawAnnouncement } from '../../../../policy-server/policies/index.ts'
import { FakeMachine } from '../../../fakes/fake-machine.ts'
import { failureCode } from '../../../fakes/failure-code.ts'
import { FakePolicyServer } from '../../../fakes/policy-server.ts'

const policy = (name: string, more = 'machines: [web]\n') =>
  `kind: BootPolicy\nname: ${name}\n${more}admission: { networks: [10.0.0.0/8] }\nrelease: { pcrs: { sha256: { 0: ["${'11'.repeat(32)}"] } } }\n`
const values = `kind: ReferenceValues\nname: ovmf\nsets: { pcr0: [{ version: "1", sha256: "${'11'.repeat(32)}" }] }\n`

describe('a document that is applied as it was previewed', () => {
  let server: FakePolicyServer
  beforeEach(async () => {
    server = await FakePolicyServer.start()
  })
  afterEach(() => server.stop())

  async function previewed(document: string): Promise<string> {
    const context = { ...server.parts, shelf: server.gates.shelf }
    const request = { document, source: 'given.yaml', last: 1, sinceUnixMs: 0 }
    for await (const event of preview(context, request, new AbortController().signal))
      if (event.kind === 'previewed') return event.token
    throw new Error('no token')
  }
  const apply = (document: string, token: string) => {
    const applied = { by: 'ann', unixMs: server.parts.clock(), previewed: token }
    return applyPolicy(server.parts.store, server.gates.shelf, { document, source: 'given.yaml' }, applied)
  }
  const refusal = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'applied',
      (error: unknown) => (error as Error).message,
    )
  const announcement = () =>
    `kind: Announcement\nname: update\nmachines: [web]\nuntil: ${new Date(server.parts.clock() + 60_000).toISOString()}\npcrs: { 0: [{ version: a, sha256: "${'22'.repeat(32)}" }] }\n`
  const withdraw = () =>
    server.parts.store.transact((tx) =>
      withdrawAnnouncement(tx, 'update', { by: 'bob', unixMs: 1, reason: 'postponed' }),
    )

  it('is applied, once, and again as no new version', async () => {
    const token = await previewed(policy('web'))
    expect((await apply(policy('web'), token)).row.version).to.equal(1)
    expect((await apply(policy('web'), token)).row.version).to.equal(1)
    expect(token).to.match(/^[0-9A-Za-z._-]{1,256}$/)
  })

  it('is applied without a token as ever', async () => {
    expect((await apply(policy('web'), '')).row.version).to.equal(1)
  })

  it('is the document that was previewed, to the letter', async () => {
    const token = await previewed(policy('web'))
    expect(await refusal(apply(`${policy('web')}# more\n`, token))).to.match(/the document is another one/)
  })

  const changes: readonly (readonly [what: string, says: RegExp, change: () => Promise<unknown>])[] = [
    ['a policy', /a policy has another version/, () => server.apply(policy('db', 'machines: [db]\n'))],
    [
      'its own version',
      /a policy has another version/,
      () => server.apply(policy('web', 'machines: [web]\ntier: T2\n')),
    ],
    ['a group', /a group has another version/, () => server.apply('kind: Group\nname: lab\nrequire: { tier: T1 }\n')],
    ['reference values', /reference values have/, () => server.apply(values)],
    ['an announcement', /an announcement is posted/, () => server.apply(announcement())],
    [
      'which machines there are',
      /machines were added, removed or moved/,
      async () => new FakeMachine(server).enrol(await server.invite('new')),
    ],
    ['a machine that is gone', /machines were added, removed or moved/, () => server.remove('web')],
  ]
  for (const [what, says, change] of changes)
    it(`is refused once ${what} has changed`, async () => {
      await new FakeMachine(server).enrol(await server.invite('web'))
      await server.apply(policy('web', 'machines: [web]\n# first\n'))
      const token = await previewed(policy('web'))
      await change()
      const refused = apply(policy('web'), token)
      expect(await refusal(refused)).to.match(says)
      expect(await failureCode(refused)).to.equal('policy/changed')
      expect((await apply(policy('web'), await previewed(policy('web')))).row.version).to.be.greaterThan(1)
    })

  it('is refused once an announcement is withdrawn', async () => {
    await server.apply(policy('web'))
    await server.apply(announcement())
    const given = policy('web', 'machines: [web]\ntier: T2\n')
    const token = await previewed(given)
    await withdraw()
    expect(await refusal(apply(given, token))).to.match(/an announcement is posted, changed or withdrawn/)
  })

  it('is not refused for boots that came meanwhile', async () => {
    const machine = new FakeMachine(server)
    await machine.enrol(await server.invite('web'))
    await server.accept('web')
    const token = await previewed(policy('web'))
    await machine.powerOn()
    expect((await apply(policy('web'), token)).row.version).to.equal(1)
  })

  it('is refused for a text that no preview has given', async () => {
    for (const token of ['x', 'pv1', 'pv1.a.b', `pv2${(await previewed(policy('web'))).slice(3)}`])
      expect(await failureCode(apply(policy('web'), token))).to.equal('request/malformed')
  })
})
