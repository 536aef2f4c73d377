import { expect } from 'chai'
import { applyPolicy, PolicyShelf, proposalRecords, resetSigners } from '../../../../policy-server/policies/index.ts'
import { openStore, type Store } from '../../../../policy-server/store/index.ts'
import { Engineers } from '../../../fakes/engineers.ts'
import { failureCode } from '../../../fakes/failure-code.ts'

const serverId = new Uint8Array(32).fill(7)
const digest = (byte: string) => byte.repeat(32)
const policy = (name: string, more = '', values = `sha256: { 0: ["${digest('11')}"] }`) =>
  `kind: BootPolicy\nname: ${name}\n${more}admission: { networks: [10.0.0.0/8] }\nrelease: { pcrs: { ${values} } }\n`
const group = (name: string, ...more: readonly string[]) => ['kind: Group', `name: ${name}`, ...more, ''].join('\n')
const demands = (signatures: number) => `changes: { signatures: ${signatures} }`
const values = (name: string, version = '1') =>
  `kind: ReferenceValues\nname: ${name}\nsets: { pcr0: [{ version: "${version}", sha256: "${digest('11')}" }] }\n`
const referring = (name: string) => `reference: { 0: [${name}/pcr0] }`

describe('signatures that a group demands', () => {
  let store: Store
  let shelf: PolicyShelf
  let engineers: Engineers
  beforeEach(async () => {
    store = await openStore(':memory:')
    shelf = new PolicyShelf()
    engineers = new Engineers(serverId)
    await putMachine('web-1', 'web')
    await putMachine('lab-1', 'lab')
    await apply(engineers.signers(0, ['ann', 'bob', 'cy']))
  })
  afterEach(() => store.close())

  const nowUnixMs = Date.UTC(2026, 10, 22)
  const apply = async (document: string, version = 0, ...signers: readonly string[]): Promise<string> => {
    const signatures = version === 0 ? '' : await engineers.sign(document, version, signers)
    const applied = { by: 'op', unixMs: nowUnixMs, serverId, signatures }
    const { waiting } = await applyPolicy(store, shelf, { document, source: 'given.yaml' }, applied)
    return waiting === undefined ? 'in force' : `${waiting.signatures.length} of ${waiting.required}`
  }
  async function putMachine(name: string, groupName: string): Promise<void> {
    const id = new Uint8Array(16)
    new TextEncoder().encodeInto(name, id)
    const machine = { id, name, groupName, state: 'accepted', tier: 'T1', createdUnixMs: 1 } as const
    await store.transact(async (tx) => {
      const of = { name: groupName, createdUnixMs: 1, keyVersion: 1, wrappedKey: id }
      await tx.insertInto('groups').values(of).execute()
      await tx.insertInto('machines').values(machine).execute()
    })
  }

  it('are asked for documents about its machines, and for no others', async () => {
    await apply(group('web', demands(2)), 1, 'ann', 'bob')
    expect(await apply(policy('web', 'groups: [web]\n'))).to.equal('0 of 2')
    expect(await apply(policy('one', 'machines: [web-1]\n'))).to.equal('0 of 2')
    expect(await apply(policy('lab', 'groups: [lab]\nmachines: [lab-1]\n'))).to.equal('in force')
    expect(await apply(group('lab', 'require: { tier: T1 }'))).to.equal('in force')
    expect(await apply(policy('web', 'groups: [web]\n'), 1, 'ann')).to.equal('1 of 2')
    expect(await apply(policy('web', 'groups: [web]\n'), 1, 'bob')).to.equal('in force')
  })

  it('are asked for the demand itself: to have it, to lower it, to leave it', async () => {
    const asked = group('web', demands(2))
    expect(await apply(asked)).to.equal('0 of 2')
    expect(await apply(asked, 1, 'ann', 'bob')).to.equal('in force')
    expect(await apply(group('web', demands(1)))).to.equal('0 of 2')
    expect(await apply(group('web', 'require: { tier: T1 }'), 2, 'ann')).to.equal('1 of 2')
    expect(await apply(group('web', demands(3)), 2, 'ann', 'bob')).to.equal('2 of 3')
  })

  it('are those of the outermost group at least: one below can only ask for more', async () => {
    await apply(group('all', demands(2)), 1, 'ann', 'bob')
    expect(await apply(group('web', 'parent: all', demands(1)))).to.equal('0 of 2')
    await apply(group('web', 'parent: all', demands(3)), 1, 'ann', 'bob', 'cy')
    expect(await apply(policy('web', 'groups: [web]\n'))).to.equal('0 of 3')
    expect(await apply(policy('all', 'groups: [all]\n')), 'which is about web as well').to.equal('0 of 3')
    expect(await apply(group('all', 'require: { tier: T1 }'))).to.equal('0 of 3')
    expect(await apply(group('web', demands(3))), 'leaving all').to.equal('0 of 3')
    expect(await apply(group('db', 'parent: all'))).to.equal('0 of 2')
  })

  it('are asked for what a policy of its machines refers to, and for announcements to them', async () => {
    await apply(values('ovmf'), 1, 'ann', 'bob')
    await apply(policy('web', 'groups: [web]\n', referring('ovmf')))
    await apply(policy('lab', 'groups: [lab]\n'))
    await apply(group('web', demands(2)), 1, 'ann', 'bob')
    expect(await apply(values('ovmf', '2'))).to.equal('0 of 2')
    expect(await apply(values('other'))).to.equal('in force')
    const announcement = (forWhom: string, name = 'update') =>
      `kind: Announcement\nname: ${name}\n${forWhom}\nuntil: 2026-11-23T00:00:00Z\npcrs: { 0: [{ version: a, sha256: "${digest('22')}" }] }\n`
    for (const forWhom of ['groups: [web]', 'machines: [web-1]', 'machines: [lab-1, web-1]'])
      expect(await apply(announcement(forWhom)), forWhom).to.equal('0 of 2')
    expect(await apply(announcement('machines: [lab-1]', 'lab-update'))).to.equal('in force')
    await apply(announcement('groups: [web]'), 1, 'ann', 'cy')
    const byValues = announcement('groups: [web]', 'by-values').replace(
      /pcrs: .*/,
      'reference: { pcrs: { 0: [more/pcr0] } }',
    )
    await apply(values('more'))
    expect(await failureCode(apply(byValues, 1, 'ann', 'bob')), 'values that nobody signed').to.equal('policy/invalid')
    await apply(values('more', '2'), 2, 'ann', 'bob')
    expect(await apply(byValues, 1, 'ann', 'bob')).to.equal('in force')
    expect(await apply(values('more', '3')), 'values that are announced to it').to.equal('0 of 2')
    expect(await apply(announcement('machines: [lab-1]')), 'in the place of one').to.equal('0 of 2')
  })

  it('are asked for a machine that nobody knows yet, which may come to be in any group', async () => {
    await apply(group('web', demands(2)), 1, 'ann', 'bob')
    expect(await apply(policy('new', 'machines: [web-2]\n'))).to.equal('0 of 2')
  })

  it('are asked for what is named by a document before it is signed itself', async () => {
    await apply(group('web', demands(2)), 1, 'ann', 'bob')
    await apply(values('ovmf'))
    const given = policy('web', 'groups: [web]\n', referring('ovmf'))
    expect(await failureCode(apply(given, 1, 'ann', 'bob'))).to.equal('policy/invalid')
    await apply(values('ovmf', '2'), 2, 'ann', 'cy')
    expect(await apply(given, 1, 'ann', 'bob')).to.equal('in force')

    await apply(values('mine'))
    await apply(policy('wide', 'groups: [lab]\n', referring('mine')))
    const wider = policy('wide', 'groups: [lab]\nmachines: [web-1]\n', referring('mine'))
    expect(await failureCode(apply(wider, 2, 'ann', 'bob')), 'named before, for others').to.equal('policy/invalid')
    await apply(values('mine', '2'), 2, 'ann', 'bob')
    expect(await apply(wider, 2, 'ann', 'bob')).to.equal('in force')

    await apply(policy('shared'))
    await putMachine('sub-1', 'sub')
    const sub = group('sub', 'parent: web', 'policy: shared')
    expect(await failureCode(apply(sub, 1, 'ann', 'bob'))).to.equal('policy/invalid')
  })

  it('are asked for the list of signers: who may sign is not changed by fewer', async () => {
    await apply(group('web', demands(2)), 1, 'ann', 'bob')
    const coup = engineers.signers(0, ['eve', 'mallory'])
    expect(await apply(coup, 2, 'eve', 'mallory')).to.equal('2 of 2')
    expect(await apply(coup, 2, 'ann', 'bob')).to.equal('in force')
    expect(await apply(policy('web', 'groups: [web]\n'), 1, 'eve', 'mallory')).to.equal('in force')
    const few = engineers.signers(0, ['eve'])
    expect(await apply(few, 3, 'eve', 'mallory').catch(() => 'refused')).to.not.equal('in force')
  })

  it('are no more than there are engineers to give them', async () => {
    const refused = await apply(group('web', demands(4))).then(String, (error: unknown) => (error as Error).message)
    expect(refused).to.match(/^given\.yaml:3:24: .*asks for 4 engineers, and 3 have a key that counts/)
    expect(await failureCode(apply(group('web', 'changes: { signatures: 0 }')))).to.equal('policy/invalid')
    expect(await failureCode(apply(group('web', 'changes: {}')))).to.equal('policy/invalid')
  })

  it('are counted anew while a document waits', async () => {
    await apply(engineers.signers(1, ['ann', 'bob', 'cy']), 2, 'ann')
    const waiting = () => store.transact((tx) => proposalRecords(tx, shelf, { serverId, unixMs: nowUnixMs }))
    await apply(policy('web', 'groups: [web]\n'))
    expect((await waiting()).map((one) => one.waiting?.required)).to.deep.equal([1])
    await apply(group('web', demands(2)), 1, 'ann', 'bob')
    expect((await waiting()).map((one) => one.waiting?.required)).to.deep.equal([2])
    expect(await apply(policy('web', 'groups: [web]\n'), 1, 'ann')).to.equal('1 of 2')
  })

  it('are lifted by root of the server alone, on record, or by as many as the largest demand', async () => {
    await apply(group('web', demands(2)), 1, 'ann', 'bob')
    const lifting = engineers.signers(0, ['ann', 'bob', 'cy']).replace('required: 0', 'required: 0\ngroupDemands: lift')
    expect(await apply(lifting, 2, 'ann')).to.equal('1 of 2')
    expect(await resetSigners(store, { unixMs: nowUnixMs, reason: 'laptops burnt' })).to.equal(2)
    expect(await resetSigners(store, { unixMs: nowUnixMs, reason: 'again' })).to.equal(undefined)
    expect(await apply(policy('web', 'groups: [web]\n'))).to.equal('in force')
    const again = engineers.signers(0, ['dan', 'flo'])
    expect(await apply(again, 3, 'dan')).to.equal('1 of 2')
    expect(await apply(again, 3, 'flo')).to.equal('in force')
    expect(await apply(policy('web', 'groups: [web]\ntier: T2\n'))).to.equal('0 of 2')
  })
})
