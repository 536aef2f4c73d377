import { expect } from 'chai'
import {
  applyPolicy,
  PolicyShelf,
  proposalOf,
  resetSigners,
  type InForce,
} from '../../../../policy-server/policies/index.ts'
import { openStore, type Store } from '../../../../policy-server/store/index.ts'
import { Engineers } from '../../../fakes/engineers.ts'
import { failureCode } from '../../../fakes/failure-code.ts'

const policy = (name: string, more = '', values = `sha256: { 0: ["${'11'.repeat(32)}"] }`) =>
  `kind: BootPolicy\nname: ${name}\n${more}admission: { networks: [10.0.0.0/8] }\nrelease: { pcrs: { ${values} } }\n`
const group = (name: string, ...more: readonly string[]) => ['kind: Group', `name: ${name}`, ...more, ''].join('\n')
const values = (version: string) =>
  `kind: ReferenceValues\nname: ovmf\nsets: { pcr0: [{ version: "${version}", sha256: "${'11'.repeat(32)}" }] }\n`

describe('documents in force that a newer version of the server refuses', () => {
  let store: Store
  let shelf: PolicyShelf
  beforeEach(async () => {
    store = await openStore(':memory:')
    shelf = new PolicyShelf()
  })
  afterEach(() => store.close())

  const apply = (document: string) =>
    applyPolicy(store, shelf, { document, source: 'given.yaml' }, { by: 'ann', unixMs: 5 })
  /** As an earlier version of the server would have left it. */
  const left = async (
    table: 'policies' | 'groupDocuments' | 'referenceValues' | 'signers' | 'announcements',
    document: string,
    version = 1,
  ): Promise<void> => {
    const name = /^name: (.+)$/m.exec(document)?.[1] ?? 'unnamed'
    const row = { name, version, document, source: 'old.yaml', appliedUnixMs: 1, appliedBy: 'ann', reason: '' }
    await store.transact((tx) => tx.insertInto(table).values(row).execute())
  }
  const inForce = (name: string, groupName = 'default'): Promise<InForce> =>
    store.transact((tx) => shelf.inForce(tx, { name, groupName }))
  /** What judges a machine; where it cannot be read, why. */
  const judging = async (name: string, groupName = 'default'): Promise<string> => {
    const found = await inForce(name, groupName)
    if (found.kind === 'unreadable')
      return found.unreadable.map(({ kind, name: of, why }) => `${kind} ${of}: ${why}`).join('\n')
    return found.kind === 'one' ? found.policy.name : found.kind
  }
  const unreadable = () => store.transact((tx) => shelf.unreadable(tx))

  it('stop the machines that a policy is for, with the place of the fault, and no others', async () => {
    await apply(policy('db', 'machines: [db]\n'))
    await left('policies', policy('web', 'machines: [web]\nbogus: 1\n'))
    expect(await judging('web')).to.match(/^BootPolicy web: old\.yaml:4:1: .*bogus/)
    expect(await judging('db')).to.equal('db')
    expect(await judging('other')).to.equal('none')
    expect((await unreadable()).map(({ kind, name, version }) => `${kind} ${name} ${version}`)).to.deep.equal([
      'BootPolicy web 1',
    ])
  })

  it('do not hand their machines to a policy further out', async () => {
    await apply(policy('all', 'groups: [servers]\n'))
    await left('policies', policy('web', 'machines: [web]\nbogus: 1\n'))
    await left('policies', policy('lab', 'groups: [lab]\nbogus: 1\n'))
    await apply(group('lab', 'parent: servers').replace('parent: servers', 'require: { tier: T1 }'))
    expect(await judging('web', 'servers')).to.match(/^BootPolicy web/)
    expect(await judging('lab-1', 'lab')).to.match(/^BootPolicy lab/)
    expect(await judging('web-2', 'servers')).to.equal('all')
  })

  it('leave a machine alone that a nearer policy judges', async () => {
    await left('policies', policy('all', 'groups: [servers]\nbogus: 1\n'))
    await apply(policy('web', 'machines: [web]\n'))
    expect(await judging('web', 'servers')).to.equal('web')
    expect(await judging('web-2', 'servers')).to.match(/^BootPolicy all/)
  })

  it('stop every machine where nobody can say whom a policy is for', async () => {
    await apply(policy('db', 'machines: [db]\n'))
    await left('policies', 'name: odd\nkind: BootPolicy\nmachines: { like: "web-*" }\n')
    expect(await judging('db')).to.match(/^BootPolicy odd/)
    await apply(policy('odd', 'machines: [web]\n'))
    expect(await judging('db')).to.equal('db')
  })

  it('stop all that are in a group, wherever it is in the chain', async () => {
    await apply(policy('web', 'machines: [web]\n'))
    await left('groupDocuments', group('all', 'require: { bogus: 1 }'))
    await apply(group('servers', 'parent: all'))
    expect(await judging('web', 'servers')).to.match(/^Group all: old\.yaml:3:\d+: .*bogus/)
    expect(await judging('web', 'all')).to.match(/^Group all/)
    expect(await judging('web', 'lab')).to.equal('web')
  })

  it('stop what refers to reference values, and name both documents', async () => {
    await left('referenceValues', values('1').replace('sets:', 'bogus: 1\nsets:'))
    await left('policies', policy('web', 'machines: [web]\n', 'reference: { 0: [ovmf/pcr0] }'))
    await left('groupDocuments', group('lab', 'require: { release: { pcrs: { reference: { 0: [ovmf/pcr0] } } } }'))
    await apply(policy('db', 'machines: [db]\n'))
    for (const [name, of] of [
      ['web', 'default'],
      ['db', 'lab'],
    ] as const)
      expect(await judging(name, of)).to.match(
        /there are no reference values named ovmf.*\nReferenceValues ovmf: old\.yaml:3:1/,
      )
    expect(await judging('db')).to.equal('db')

    const proposed = await store.transact((tx) => proposalOf(tx, shelf, { document: values('2'), source: 'v.yaml' }, 5))
    expect(proposed.then.unreadable).to.deep.equal([])
    expect(await judging('web')).to.match(/^BootPolicy web/)
    await apply(values('2'))
    expect(await judging('web')).to.equal('web')
    expect(await judging('db', 'lab')).to.equal('db')
    expect(await unreadable()).to.deep.equal([])
  })

  it('are mended by a corrected version, of each kind', async () => {
    await left('policies', policy('web', 'machines: [web]\nbogus: 1\n'))
    await left('groupDocuments', group('lab', 'bogus: 1'))
    await left('announcements', 'kind: Announcement\nname: update\nbogus: 1\n')
    expect(await unreadable()).to.have.length(3)
    const proposed = (document: string) =>
      store.transact((tx) => proposalOf(tx, shelf, { document, source: 'given.yaml' }, 5))
    const mended = policy('web', 'machines: [web]\n')
    expect((await proposed(mended)).then.unreadable.map(({ kind }) => kind)).to.deep.equal(['Group'])
    await apply(mended)
    await apply(group('lab', 'require: { tier: T1 }'))
    const until = '2026-11-22T00:00:00Z'
    await apply(
      `kind: Announcement\nname: update\nmachines: [web]\nuntil: ${until}\npcrs: { 0: [{ version: a, sha256: "${'22'.repeat(32)}" }] }\n`,
    )
    expect(await unreadable()).to.deep.equal([])
    expect(await judging('web', 'lab')).to.equal('web')
  })

  it('keep the place of a policy: a second one for the same machines is refused as ever', async () => {
    await left('policies', policy('web', 'machines: [web]\nbogus: 1\n'))
    expect(await failureCode(apply(policy('other', 'machines: [web]\n')))).to.equal('policy/invalid')
  })

  it('let nobody change anything while the list of signers is among them, until root sets it aside', async () => {
    const engineers = new Engineers(new Uint8Array(32))
    const list = engineers.signers(1, ['ann', 'bob'])
    await left('signers', list)
    await left('signers', `${list}bogus: 1\n`, 2)
    expect((await unreadable()).map(({ kind, version }) => `${kind} ${version}`)).to.deep.equal(['Signers 2'])
    expect(await failureCode(apply(policy('web')))).to.equal('policy/unreadable')
    expect(await resetSigners(store, { unixMs: 6, reason: 'upgrade' })).to.equal(3)
    expect((await apply(policy('web'))).waiting).to.equal(undefined)
    expect(await unreadable()).to.deep.equal([])
  })
})
