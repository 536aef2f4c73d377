import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect } from 'chai'
import { openStore, recordDecision, Store, StoreError, type Tx } from '../../../../policy-server/store/index.ts'
import { FaultyDialect } from '../../../fakes/faulty-dialect.ts'

const machineId = new Uint8Array(16).fill(7)

async function addMachine(tx: Tx): Promise<void> {
  await tx
    .insertInto('groups')
    .values({ name: 'default', createdUnixMs: 1, keyVersion: 1, wrappedKey: Uint8Array.of(1) })
    .execute()
  await tx
    .insertInto('machines')
    .values({ id: machineId, name: 'web', groupName: 'default', state: 'pending', tier: 'T0', createdUnixMs: 1 })
    .execute()
}

const decision = {
  gate: 'admission',
  outcome: 'held',
  machineId,
  machineName: 'web',
  decidedUnixMs: 5,
  peer: '127.0.0.1',
  summary: 'waits',
  reasons: '[]',
  bootDiff: '[]',
  verified: 0,
} as const

const numbers = (store: Store): Promise<readonly number[]> =>
  store.transact(async (tx) => (await tx.selectFrom('decisions').select('number').execute()).map((row) => row.number))

describe('Store', () => {
  let folder: string
  let path: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bootlatch-store-'))
    path = join(folder, 'server.sqlite')
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  it('keeps what a transaction wrote, with bytes as Uint8Array', async () => {
    const first = await openStore(path)
    await first.transact(addMachine)
    await first.close()

    const again = await openStore(path)
    const machine = await again.transact((tx) => tx.selectFrom('machines').selectAll().executeTakeFirstOrThrow())
    await again.close()
    expect(machine.id).to.deep.equal(machineId)
    expect(machine.stateBeforeLock).to.equal(null)
  })

  it('refuses a database that a newer server wrote', async () => {
    await (await openStore(path)).close()
    const raw = new Database(path)
    raw.prepare('insert into kysely_migration values (?, ?)').run('9999-from-the-future', '2030')
    raw.close()
    const refused = await openStore(path).catch((error: unknown) => error)
    expect(refused).to.be.instanceOf(StoreError)
  })

  it('writes through to the disk at each commit', async () => {
    const store = await openStore(path)
    await store.transact(addMachine)
    const raw = new Database(path)
    expect(raw.pragma('journal_mode', { simple: true })).to.equal('wal')
    expect(raw.prepare('select name from machines').all()).to.deep.equal([{ name: 'web' }])
    raw.close()
    await store.close()
  })

  it('refuses a record that refers to nothing', async () => {
    const store = await openStore(path)
    const refused = await store.transact((tx) => recordDecision(tx, decision)).catch((error: unknown) => error)
    expect(refused).to.be.instanceOf(Error).with.property('message').that.includes('FOREIGN KEY')
    await store.close()
  })

  it('numbers decisions without gaps, also after work that failed', async () => {
    const store = await openStore(path)
    await store.transact(addMachine)
    await store.transact((tx) => recordDecision(tx, decision))
    const failed = await store
      .transact(async (tx) => {
        await recordDecision(tx, decision)
        throw new Error('on second thought')
      })
      .catch((error: unknown) => error)
    expect(failed).to.have.property('message', 'on second thought')
    await Promise.all(Array.from({ length: 5 }, () => store.transact((tx) => recordDecision(tx, decision))))
    expect(await numbers(store)).to.deep.equal([1, 2, 3, 4, 5, 6])
    await store.close()
  })

  for (const { fault, kept } of [
    { fault: 'refused', kept: [1, 2] },
    { fault: 'persisted', kept: [1, 2, 3] },
  ] as const) {
    it(`goes on after a commit that failed (${fault}) and remembers ${kept.length} decisions`, async () => {
      const dialect = new FaultyDialect(path)
      const store = await Store.open(dialect)
      await store.transact(addMachine)
      await store.transact((tx) => recordDecision(tx, decision))

      dialect.failNextCommit(fault)
      const failed = await store.transact((tx) => recordDecision(tx, decision)).catch((error: unknown) => error)
      expect(failed).to.be.instanceOf(Error)

      const next = await store.transact((tx) => recordDecision(tx, decision))
      expect(next).to.equal(kept.length)
      expect(await numbers(store)).to.deep.equal([...kept])
      await store.close()
    })
  }
})
