import { expect } from 'chai'
import { applyPolicy, PolicyShelf, proposalOf, showPolicy } from '../../../../policy-server/policies/index.ts'
import { openStore, type Store } from '../../../../policy-server/store/index.ts'
import { failureCode } from '../../../fakes/failure-code.ts'

const policy = (name: string, more = '') =>
  `kind: BootPolicy\nname: ${name}\n${more}admission: { networks: [10.0.0.0/8] }\nrelease: { pcrs: { sha256: { 0: ["${'11'.repeat(32)}"] } } }\n`
const group = (name: string, ...more: readonly string[]) => ['kind: Group', `name: ${name}`, ...more, ''].join('\n')

describe('groups of machines', () => {
  let store: Store
  let shelf: PolicyShelf
  beforeEach(async () => {
    store = await openStore(':memory:')
    shelf = new PolicyShelf()
  })
  afterEach(() => store.close())

  const apply = (document: string, source = 'given.yaml') =>
    applyPolicy(store, shelf, { document, source }, { by: 'ann', unixMs: 5 })
  const inForce = (name: string, groupName: string) => store.transact((tx) => shelf.inForce(tx, { name, groupName }))
  const judging = async (name: string, groupName: string): Promise<string> => {
    const found = await inForce(name, groupName)
    return found.kind === 'one' ? `${found.policy.name}/${found.version} for ${found.group ?? name}` : found.kind
  }
  const message = async (work: Promise<unknown>): Promise<string> => {
    expect(await failureCode(work)).to.equal('policy/invalid')
    return await work.then(
      () => '',
      (error: unknown) => (error as Error).message,
    )
  }

  it('are judged by the nearest policy: of the machine, its group, the group around it', async () => {
    await apply(policy('outer'))
    await apply(policy('inner', 'groups: [web]\n'))
    await apply(policy('own', 'machines: [web-1]\n'))
    await apply(group('all', 'policy: outer'))
    await apply(group('web', 'parent: all'))
    await apply(group('db', 'parent: all'))
    expect(await judging('web-1', 'web')).to.equal('own/1 for web-1')
    expect(await judging('web-2', 'web')).to.equal('inner/1 for web')
    expect(await judging('db-1', 'db')).to.equal('outer/1 for all')
    expect(await judging('db-1', 'other')).to.equal('none')
  })

  it('put their floors beside every policy, the outermost first, and say which versions took part', async () => {
    await apply(policy('own', 'machines: [web-1]\n'))
    await apply(group('all', 'require: { tier: T1 }'))
    await apply(group('web', 'parent: all', 'require: { tier: T2 }'))
    await apply(group('all', 'require: { tier: T3 }'))
    const found = await inForce('web-1', 'web')
    expect(found.kind === 'one' && found.policy.floors.map((floor) => [floor.group, floor.tier])).to.deep.equal([
      ['all', 'T3'],
      ['web', 'T2'],
    ])
    expect(found.groupVersions).to.deep.equal({ all: 2, web: 1 })
    const none = await inForce('web-2', 'web')
    expect(none.kind === 'none' && none.floors.length).to.equal(2)
  })

  it('judge by the newest values that they refer to, and do not lose them', async () => {
    const values = (version: number, set = 'pcr0') =>
      `kind: ReferenceValues\nname: ovmf\nsets: { ${set}: [{ version: "${version}", sha256: "${'11'.repeat(32)}" }] }\n`
    const referring = group('all', 'require: { release: { pcrs: { reference: { 0: [ovmf/pcr0] } } } }')
    expect(await message(apply(referring))).to.match(/given\.yaml:3:\d+: there are no reference values named ovmf/)
    await apply(values(1))
    await apply(referring)
    await apply(values(2))
    expect((await inForce('web-1', 'all')).referenceVersions).to.deep.equal({ ovmf: 2 })
    expect(await message(apply(values(3, 'other')))).to.match(/all, which is in force/)
  })

  const refused: readonly (readonly [name: string, text: string, says: RegExp])[] = [
    ['a parent that is not there', group('db', 'parent: none'), /^db\.yaml:3:9: there is no Group named none/],
    ['a policy that is not there', group('db', 'policy: none'), /^db\.yaml:3:9: there is no BootPolicy named none/],
    ['a second policy for a group', group('web', 'policy: outer'), /^db\.yaml:3:9: outer and inner would both be for/],
    ['a circle', group('all', 'policy: outer', 'parent: web'), /^db\.yaml:4:9: makes a circle: all in web in all/],
    ['itself as parent', group('db', 'parent: db'), /^db\.yaml:3:9: db is its own parent/],
    [
      'a second policy for a group that names one',
      policy('more', 'groups: [lab, all]\n'),
      /^db\.yaml:3:15: more and outer would both be for the group all/,
    ],
    [
      'a second policy for a machine',
      policy('more', 'machines: [web-1]\n'),
      /^db\.yaml:3:12: more and own would both be for the machine web-1/,
    ],
  ]
  for (const [name, text, says] of refused)
    it(`are refused with file, line and column for ${name}`, async () => {
      await apply(policy('outer'))
      await apply(policy('inner', 'groups: [web]\n'))
      await apply(policy('own', 'machines: [web-1]\n'))
      await apply(group('all', 'policy: outer'))
      await apply(group('web', 'parent: all'))
      expect(await message(apply(text, 'db.yaml'))).to.match(says)
      expect(await judging('db-1', 'all')).to.equal('outer/1 for all')
    })

  it('are proposed as they would be applied, and nothing is written', async () => {
    await apply(policy('outer'))
    const document = group('web', 'policy: outer', 'require: { tier: T3 }')
    const { now, then } = await store.transact((tx) => proposalOf(tx, shelf, { document, source: 'web.yaml' }, 5))
    expect([now, then].map(({ versions }) => versions.groups.get('web'))).to.deep.equal([undefined, 1])
    expect(await judging('web-1', 'web')).to.equal('none')
  })

  it('are named apart from policies, and shown as what they are', async () => {
    await apply(policy('web'))
    const { kind, warnings } = await apply(group('web', 'policy: web'))
    expect([kind, warnings.join()]).to.deep.equal(['Group', 'there is no group named web'])
    expect((await showPolicy(store, shelf, 'web', 0)).kind).to.equal('BootPolicy')
    expect((await showPolicy(store, shelf, 'web', 0, 'Group')).kind).to.equal('Group')
    expect(await failureCode(showPolicy(store, shelf, 'web', 0, 'ReferenceValues'))).to.equal('policy/unknown')
  })

  it('give a policy for nobody machines to judge', async () => {
    expect((await apply(policy('web'))).warnings.join()).to.match(/it is for nobody/)
    await apply(group('web', 'policy: web'))
    expect((await apply(policy('web', 'tier: T2\n'))).warnings.join()).not.to.match(/nobody/)
  })

  it('are not changed under somebody who has judged a change by them', async () => {
    await apply(group('all', 'require: { tier: T1 }'))
    const seen = (version: number) => [{ kind: 'Group', name: 'all', version }] as const
    const given = { document: policy('web', 'groups: [all]\n'), source: 'web.yaml' }
    const applying = (version: number) =>
      applyPolicy(store, shelf, given, { by: 'ann', unixMs: 5, expected: seen(version) })
    expect(await failureCode(applying(2))).to.equal('policy/changed')
    expect((await applying(1)).row.version).to.equal(1)
    await apply(group('all', 'require: { tier: T2 }'))
    expect(await failureCode(applying(1))).to.equal('policy/changed')
  })
})
