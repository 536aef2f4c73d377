import { expect } from 'chai'
import {
  applyPolicy,
  PolicyShelf,
  resetSigners,
  versionsOf,
  type AppliedPolicy,
} from '../../../../policy-server/policies/index.ts'
import { pendingProposals, withdrawProposal } from '../../../../policy-server/policies/proposals.ts'
import { openStore, type Store } from '../../../../policy-server/store/index.ts'
import { Engineers } from '../../../fakes/engineers.ts'
import { failureCode } from '../../../fakes/failure-code.ts'

const serverId = new Uint8Array(32).fill(7)
const policy = (network = '10.0.0.0/8'): string =>
  [
    'kind: BootPolicy',
    'name: web',
    'machines: [web]',
    `admission: { networks: ["${network}"] }`,
    `release: { pcrs: { sha256: { 0: ["${'11'.repeat(32)}"] } } }`,
  ].join('\n')

describe('documents that engineers have to sign', () => {
  let store: Store
  let shelf: PolicyShelf
  let engineers: Engineers
  let nowUnixMs: number
  beforeEach(async () => {
    store = await openStore(':memory:')
    shelf = new PolicyShelf()
    engineers = new Engineers(serverId)
    nowUnixMs = Date.UTC(2026, 10, 22)
  })
  afterEach(() => store.close())

  const apply = (document: string, signatures = '', by = 'op'): Promise<AppliedPolicy> =>
    applyPolicy(store, shelf, { document, source: 'given.yaml' }, { by, unixMs: nowUnixMs, serverId, signatures })
  const refusal = async (document: string, signatures: string): Promise<string> => {
    const error: unknown = await apply(document, signatures).catch((thrown: unknown) => thrown)
    return error instanceof Error ? error.message.replace(/:.*/, '') : 'applied'
  }
  const versionInForce = async (): Promise<number> => {
    const inForce = await store.transact((tx) => shelf.inForce(tx, { name: 'web', groupName: 'default' }))
    return inForce.kind === 'one' ? inForce.version : 0
  }
  const states = async () =>
    store.transact(async (tx) =>
      (await tx.selectFrom('proposals').selectAll().orderBy('number').execute()).map(
        ({ name, version, state }) => `${name} ${version} ${state}`,
      ),
    )
  /** A server on which two of ann, bob and cy have to sign. */
  const askForTwo = async (): Promise<void> => {
    const list = engineers.signers(2, ['ann', 'bob', 'cy'])
    const { waiting } = await apply(list, await engineers.sign(list, 1, ['ann', 'bob']))
    expect(waiting).to.equal(undefined)
  }

  it('are in force at once while nobody asks for signatures', async () => {
    expect((await apply(policy())).waiting).to.equal(undefined)
    expect(await versionInForce()).to.equal(1)
    expect(await states()).to.deep.equal([])
  })

  it('wait without signatures, and with too few', async () => {
    await askForTwo()
    const { waiting, row } = await apply(policy())
    expect(waiting).to.deep.include({ proposal: 2, required: 2, signatures: [], isReached: false })
    expect(row).to.include({ name: 'web', version: 1 })
    expect((await apply(policy(), await engineers.sign(policy(), 1, ['ann']))).waiting?.signatures).to.have.length(1)
    expect(await versionInForce()).to.equal(0)
    expect(await states()).to.deep.equal(['signers 1 activated', 'web 1 pending'])
  })

  it('gather signatures one by one', async () => {
    await askForTwo()
    await apply(policy(), await engineers.sign(policy(), 1, ['ann']))
    const { waiting, row } = await apply(policy(), await engineers.sign(policy(), 1, ['bob']), 'bob')
    expect(waiting).to.equal(undefined)
    expect(row).to.include({ version: 1, appliedBy: 'bob' })
    expect(await versionInForce()).to.equal(1)
  })

  it('need different engineers: the same signature twice is one', async () => {
    await askForTwo()
    const one = await engineers.sign(policy(), 1, ['ann'])
    await apply(policy(), one)
    expect((await apply(policy(), one)).waiting?.signatures).to.have.length(1)
    expect(await versionInForce()).to.equal(0)
  })

  it('are not put in force by a good signature beside a bad one', async () => {
    await askForTwo()
    expect(await refusal(policy(), await engineers.sign(policy(), 1, ['ann', 'eve']))).to.equal('unknown-key')
    expect((await apply(policy())).waiting?.signatures).to.deep.equal([])
  })

  it('take no signature of another version, name, document or server', async () => {
    await askForTwo()
    const both = ['ann', 'bob']
    expect(await refusal(policy(), await engineers.sign(policy(), 2, both))).to.equal('another-change')
    expect(await refusal(policy(), await engineers.sign(policy(), 1, both, { name: 'db' }))).to.equal('another-change')
    expect(await refusal(policy(), await engineers.sign(policy('10.1.0.0/16'), 1, both))).to.equal('another-change')
    const elsewhere = new Uint8Array(32).fill(8)
    const other = await engineers.sign(policy(), 1, both, { serverId: elsewhere })
    expect(await refusal(policy(), other)).to.equal('another-change')
    expect(await refusal(policy(), 'no JWS')).to.equal('malformed')
    expect(await states()).to.deep.equal(['signers 1 activated'])
  })

  it('are not brought back by the signatures they once had: a rollback is a new version', async () => {
    await askForTwo()
    const [old, newer] = [policy(), policy('10.1.0.0/16')]
    const first = await engineers.sign(old, 1, ['ann', 'bob'])
    await apply(old, first)
    await apply(newer, await engineers.sign(newer, 2, ['ann', 'bob']))
    expect(await refusal(old, first)).to.equal('another-change')
    expect(await versionInForce()).to.equal(2)
    await apply(old, await engineers.sign(old, 3, ['bob', 'cy']))
    expect(await versionInForce()).to.equal(3)
    expect(await refusal(newer, await engineers.sign(newer, 2, ['ann', 'bob']))).to.equal('another-change')
  })

  it('are superseded where another document became the version they were to be', async () => {
    await askForTwo()
    const [mine, yours] = [policy(), policy('10.1.0.0/16')]
    const signed = await engineers.sign(mine, 1, ['ann'])
    await apply(mine, signed)
    await apply(yours, await engineers.sign(yours, 1, ['bob', 'cy']))
    expect(await states()).to.deep.equal(['signers 1 activated', 'web 1 superseded', 'web 1 activated'])
    expect(await refusal(mine, await engineers.sign(mine, 1, ['bob']))).to.equal('another-change')
  })

  it('that were withdrawn have to be signed anew by being given again', async () => {
    await askForTwo()
    await apply(policy(), await engineers.sign(policy(), 1, ['ann']))
    const by = { by: 'cy', unixMs: nowUnixMs, reason: 'wrong network' }
    await store.transact((tx) => withdrawProposal(tx, 2, by))
    expect(await failureCode(store.transact((tx) => withdrawProposal(tx, 2, by)))).to.equal('policy/unknown')
    const { waiting } = await apply(policy(), await engineers.sign(policy(), 1, ['bob']))
    expect(waiting?.proposal).to.equal(3)
    expect(await versionInForce()).to.equal(0)
  })

  it('lose the signature of a key that retires or expires while they wait', async () => {
    const timed = engineers.signers(2, ['ann', 'bob', 'cy'], { bob: 'until: 2026-11-23T00:00:00Z' })
    await apply(timed, await engineers.sign(timed, 1, ['ann', 'cy']))
    await apply(policy(), await engineers.sign(policy(), 1, ['bob']))
    nowUnixMs = Date.UTC(2026, 10, 23)
    expect(await refusal(policy(), await engineers.sign(policy(), 1, ['bob']))).to.equal('expired-key')
    expect((await apply(policy(), await engineers.sign(policy(), 1, ['ann']))).waiting?.signatures).to.have.length(1)
    const list = engineers.signers(2, ['ann', 'bob', 'cy'], { ann: 'retired: lost her laptop' })
    expect((await apply(list, await engineers.sign(list, 2, ['ann', 'cy']))).waiting?.isReached).to.equal(false)
    expect((await apply(list, await engineers.sign(list, 2, ['bob']))).waiting).to.equal(undefined)
    expect((await apply(policy())).waiting?.signatures.map(({ engineer }) => engineer)).to.deep.equal(['bob'])
    expect((await apply(policy(), await engineers.sign(policy(), 1, ['cy']))).waiting).to.equal(undefined)
  })

  it('number at most so many that nobody loses sight of them', async () => {
    await askForTwo()
    const waiting = { kind: 'BootPolicy', version: 1, source: '', document: '', proposedUnixMs: 1, proposedBy: 'op' }
    await store.transact(async (tx) => {
      for (let number = 10; number < 266; number++)
        await tx
          .insertInto('proposals')
          .values({ ...waiting, number, name: `db-${number}`, reason: '', state: 'pending' })
          .execute()
    })
    expect(await failureCode(apply(policy('10.9.0.0/16')))).to.equal('request/too-many')
    expect(await store.transact(pendingProposals)).to.have.length(256)
  })

  describe('and the list of who may sign', () => {
    it('is first put in force by those who are in it, so that somebody can sign under it', async () => {
      const list = engineers.signers(2, ['ann', 'bob'])
      expect((await apply(list)).waiting).to.include({ required: 2, isReached: false })
      expect((await apply(policy())).waiting).to.equal(undefined)
      await apply(list, await engineers.sign(list, 1, ['ann', 'bob']))
      expect((await apply(policy('10.1.0.0/16'))).waiting?.required).to.equal(2)
    })

    it('is not changed by one administrator: not the number, not the keys, not his own name', async () => {
      await askForTwo()
      for (const list of [
        engineers.signers(0, ['ann', 'bob', 'cy']),
        engineers.signers(1, ['ann', 'bob', 'cy']),
        engineers.signers(2, ['eve', 'mallory']),
        engineers.signers(2, ['ann', 'bob', 'cy', 'eve']),
      ]) {
        expect((await apply(list)).waiting?.isReached).to.equal(false)
        const own = await engineers.sign(list, 2, ['eve'])
        const code = await apply(list, own).then(
          ({ waiting }) => waiting?.isReached,
          () => false,
        )
        expect(code).to.equal(false)
      }
      expect((await apply(policy())).waiting?.required).to.equal(2)
    })

    it('needs the old quorum even where the new list is signed by all of its own', async () => {
      await askForTwo()
      const coup = engineers.signers(2, ['eve', 'mallory'])
      const { waiting } = await apply(coup, await engineers.sign(coup, 2, ['eve', 'mallory']))
      expect(waiting?.isReached).to.equal(false)
      expect((await apply(coup, await engineers.sign(coup, 2, ['ann', 'bob']))).waiting).to.equal(undefined)
    })

    it('needs its own quorum: a list under which nobody can sign is not put in force', async () => {
      await askForTwo()
      const strangers = engineers.signers(2, ['dan', 'flo'])
      expect((await apply(strangers, await engineers.sign(strangers, 2, ['ann', 'bob']))).waiting?.isReached).to.equal(
        false,
      )
      await apply(strangers, await engineers.sign(strangers, 2, ['dan', 'flo']))
      expect(await refusal(policy(), await engineers.sign(policy(), 1, ['ann', 'bob']))).to.equal('unknown-key')
    })

    it('retires a key with the word of the others', async () => {
      await askForTwo()
      const list = engineers.signers(2, ['ann', 'bob', 'cy'], { ann: 'retired: left' })
      await apply(list, await engineers.sign(list, 2, ['bob', 'cy']))
      expect(await refusal(policy(), await engineers.sign(policy(), 1, ['ann', 'bob']))).to.equal('retired-key')
      expect((await apply(policy(), await engineers.sign(policy(), 1, ['bob', 'cy']))).waiting).to.equal(undefined)
    })

    it('is set aside by root of the server alone, by a version that nobody signed and that stays', async () => {
      const reset = (reason: string) => resetSigners(store, { unixMs: nowUnixMs, reason })
      expect(await reset('no list')).to.equal(undefined)
      await askForTwo()
      const coup = engineers.signers(2, ['eve', 'mallory'])
      await apply(coup)
      expect(await reset('both laptops burnt')).to.equal(2)
      expect(await reset('again')).to.equal(undefined)
      expect((await apply(policy())).waiting).to.equal(undefined)
      expect(await states()).to.deep.equal(['signers 1 activated', 'signers 2 superseded'])
      const [newest] = await store.transact((tx) => versionsOf(tx, 'signers'))
      expect(newest?.row).to.include({ version: 2, appliedBy: 'root on the server', reason: 'both laptops burnt' })
      expect(newest?.signed).to.equal(undefined)
    })

    it('is refused where it cannot be meant', async () => {
      const list = (document: string) => failureCode(apply(document))
      expect(await list(engineers.signers(3, ['ann', 'bob']))).to.equal('policy/invalid')
      expect(await list(engineers.signers(2, ['ann', 'bob'], { bob: 'retired: left' }))).to.equal('policy/invalid')
      expect(await list(engineers.signers(1, ['ann']).replace('name: signers', 'name: others'))).to.equal(
        'policy/invalid',
      )
      const twice = `${engineers.signers(1, ['ann'])}${engineers
        .signers(1, ['ann'])
        .split('engineers:\n')[1]!
        .replace('ann', 'bob')}`
      expect(await list(twice)).to.equal('policy/invalid')
      const secret = engineers.keyOf('ann').export({ format: 'pem', type: 'pkcs8' }).toString()
      const leaked = secret.trimEnd().replaceAll('\n', '\n        ')
      const privately = `kind: Signers\nname: signers\nrequired: 0\nengineers:\n  ann:\n    - publicKey: |\n        ${leaked}\n`
      expect(await list(privately)).to.equal('policy/invalid')
    })
  })
})
