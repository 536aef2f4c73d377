import { expect } from 'chai'
import {
  applyPolicy,
  listPolicies,
  PolicyShelf,
  showPolicy,
  type AppliedPolicy,
} from '../../../../policy-server/policies/index.ts'
import { openStore, type Store } from '../../../../policy-server/store/index.ts'
import { failureCode } from '../../../fakes/failure-code.ts'

interface Given {
  readonly name: string
  readonly machines?: readonly string[]
  readonly groups?: readonly string[]
  readonly network?: string
}

const documentOf = ({ name, machines, groups, network = '10.0.0.0/8' }: Given): string =>
  [
    'kind: BootPolicy',
    `name: ${name}`,
    ...(machines === undefined ? [] : [`machines: [${machines.join()}]`]),
    ...(groups === undefined ? [] : [`groups: [${groups.join()}]`]),
    `admission: { networks: ["${network}"] }`,
    `release: { pcrs: { sha256: { 0: ["${'11'.repeat(32)}"] } } }`,
  ].join('\n')

describe('policies', () => {
  let store: Store
  let shelf: PolicyShelf
  beforeEach(async () => {
    store = await openStore(':memory:')
    shelf = new PolicyShelf()
  })
  afterEach(() => store.close())

  const apply = (given: Given): Promise<AppliedPolicy> => {
    const document = { document: documentOf(given), source: `${given.name}.yaml` }
    return applyPolicy(store, shelf, document, { by: 'ann', unixMs: 5 })
  }
  const nameInForce = async (name: string, groupName = 'default'): Promise<string> => {
    const inForce = await store.transact((tx) => shelf.inForce(tx, { name, groupName }))
    return inForce.kind === 'one' ? `${inForce.policy.name}/${inForce.version}` : inForce.kind
  }

  it('are none at first', async () => {
    expect(await nameInForce('web')).to.equal('none')
  })

  it('come in versions that stay as they were', async () => {
    const first = await apply({ name: 'web', machines: ['web'] })
    const second = await apply({ name: 'web', machines: ['web'], network: '10.1.0.0/16' })
    expect([first.row.version, second.row.version]).to.deep.equal([1, 2])
    expect(await nameInForce('web')).to.equal('web/2')
    expect((await showPolicy(store, shelf, 'web', 1)).row).to.deep.equal(first.row)
    expect((await showPolicy(store, shelf, 'web', 0)).row).to.deep.equal(second.row)
    expect((await listPolicies(store, shelf)).map(({ row }) => row)).to.deep.equal([second.row])
  })

  it('make no new version of the newest one applied again', async () => {
    const first = await apply({ name: 'web', machines: ['web'] })
    expect((await apply({ name: 'web', machines: ['web'] })).row).to.deep.equal(first.row)
  })

  it('judge a machine by its name before its group', async () => {
    await apply({ name: 'all', groups: ['default'] })
    await apply({ name: 'one', machines: ['web'] })
    expect(await nameInForce('web')).to.equal('one/1')
    expect(await nameInForce('db')).to.equal('all/1')
    expect(await nameInForce('db', 'other')).to.equal('none')
  })

  it('are refused where a second one is for the same machine or group', async () => {
    await apply({ name: 'all', groups: ['default'] })
    await apply({ name: 'one', machines: ['web', 'db'] })
    expect(await failureCode(apply({ name: 'two', groups: ['lab', 'default'] }))).to.equal('policy/invalid')
    expect(await failureCode(apply({ name: 'two', machines: ['db'] }))).to.equal('policy/invalid')
    expect(await nameInForce('db')).to.equal('one/1')
  })

  it('are refused with the place where they are wrong, and none is stored', async () => {
    const document = { document: 'kind: BootPolicy\nname: [', source: 'web.yaml' }
    expect(await failureCode(applyPolicy(store, shelf, document, { by: 'ann', unixMs: 5 }))).to.equal('policy/invalid')
    expect(await listPolicies(store, shelf)).to.deep.equal([])
  })

  it('warn of names that nothing has', async () => {
    const { warnings } = await apply({ name: 'web', machines: ['web'], groups: ['lab'] })
    expect(warnings.join()).to.include('no machine named web').and.include('no group named lab')
  })

  describe('with reference values', () => {
    const by = { by: 'ann', unixMs: 5 }
    const values = (version: string, set = 'pcr0') =>
      `kind: ReferenceValues\nname: ovmf\nsets: { ${set}: [{ version: "${version}", sha256: "${'11'.repeat(32)}" }] }\n`
    const applyText = (document: string) => applyPolicy(store, shelf, { document, source: 'given.yaml' }, by)
    const referring = documentOf({ name: 'web', machines: ['web'] }).replace(
      /pcrs: .*/,
      'pcrs: { reference: { 0: [ovmf/pcr0] } } }',
    )
    const versionsInForce = async () => {
      const inForce = await store.transact((tx) => shelf.inForce(tx, { name: 'web', groupName: 'default' }))
      return inForce.kind === 'one' ? [inForce.version, inForce.referenceVersions] : inForce.kind
    }

    it('are refused before these are there', async () => {
      expect(await failureCode(applyText(referring))).to.equal('policy/invalid')
      await applyText(values('1'))
      expect((await applyText(referring)).kind).to.equal('BootPolicy')
    })
    it('judge by the newest of them, and say which version that is', async () => {
      await applyText(values('1'))
      await applyText(referring)
      expect(await versionsInForce()).to.deep.equal([1, { ovmf: 1 }])
      expect((await applyText(values('2'))).row.version).to.equal(2)
      expect(await versionsInForce()).to.deep.equal([1, { ovmf: 2 }])
      shelf = new PolicyShelf()
      expect(await versionsInForce()).to.deep.equal([1, { ovmf: 2 }])
    })
    it('do not lose what they refer to', async () => {
      await applyText(values('1'))
      await applyText(referring)
      expect(await failureCode(applyText(values('2', 'other')))).to.equal('policy/invalid')
      expect(await versionsInForce()).to.deep.equal([1, { ovmf: 1 }])
    })
    it('share one space of names with them', async () => {
      await applyText(values('1'))
      expect(await failureCode(apply({ name: 'ovmf', machines: ['web'] }))).to.equal('policy/invalid')
      expect((await showPolicy(store, shelf, 'ovmf', 0)).kind).to.equal('ReferenceValues')
      expect((await listPolicies(store, shelf)).map(({ row }) => row.name)).to.deep.equal(['ovmf'])
    })
  })

  it('are unknown where they are', async () => {
    await apply({ name: 'web', machines: ['web'] })
    expect(await failureCode(showPolicy(store, shelf, 'web', 2))).to.equal('policy/unknown')
    expect(await failureCode(showPolicy(store, shelf, 'db', 0))).to.equal('policy/unknown')
  })
})
