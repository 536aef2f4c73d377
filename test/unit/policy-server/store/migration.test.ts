import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect } from 'chai'
import { CamelCasePlugin, Kysely, Migrator } from 'kysely'
import { listPolicies, PolicyShelf } from '../../../../policy-server/policies/index.ts'
import { findDecision, findMachine, openStore, recordDecision } from '../../../../policy-server/store/index.ts'
import { firstSchema } from '../../../../policy-server/store/migrations/0001-first-schema.ts'
import { sqlite } from '../../../../policy-server/store/sqlite.ts'

interface Column {
  readonly name: string
  readonly type: 'text' | 'integer' | 'blob'
  readonly notnull: number
  readonly dflt_value: string | null
  readonly pk: number
}

const policy = [
  'kind: BootPolicy',
  'name: web',
  'machines: [web]',
  'admission: { networks: [10.0.0.0/8] }',
  `release: { pcrs: { sha256: { 0: ["${'11'.repeat(32)}"] } } }`,
].join('\n')

/** What the server reads as more than text; the rest is `web`, one, or sixteen bytes, so that every reference finds its row. */
const meaningful: Readonly<Record<string, string>> = {
  state: 'accepted',
  tier: 'T1',
  gate: 'release',
  outcome: 'released',
  reasons: '[]',
  bootDiff: '[]',
  document: policy,
}
const camel = (name: string) => name.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase())
const valueFor = ({ name, type }: Column) =>
  ({ text: meaningful[camel(name)] ?? 'web', integer: 1, blob: Buffer.alloc(16, 1) })[type]

const tablesOf = (db: Database.Database) =>
  db
    .prepare("select name from sqlite_master where type = 'table' and name not like 'kysely%' order by name")
    .pluck()
    .all() as string[]
const columnsOf = (db: Database.Database, table: string) =>
  db
    .prepare(`select name, lower(type) as type, "notnull", dflt_value, pk from pragma_table_info('${table}')`)
    .all() as Column[]
const rowsOf = (db: Database.Database, table: string) =>
  db.prepare(`select * from ${table}`).all() as readonly Record<string, unknown>[]

describe('a database of the first schema, every table filled', () => {
  let folder: string
  let path: string
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bootlatch-migration-'))
    path = join(folder, 'server.sqlite')
    const first = new Kysely<unknown>({ dialect: sqlite(path), plugins: [new CamelCasePlugin()] })
    const provider = { getMigrations: () => Promise.resolve({ '0001-first-schema': firstSchema }) }
    const { error } = await new Migrator({ db: first, provider }).migrateToLatest()
    expect(error).to.equal(undefined)
    await first.destroy()
  })
  after(() => {
    rmSync(folder, { recursive: true })
  })

  /** Runs `look` on the file, and leaves it closed. */
  function looking<Seen>(file: string, look: (db: Database.Database) => Seen): Seen {
    const db = new Database(file)
    try {
      return look(db)
    } finally {
      db.close()
    }
  }

  it('keeps every row as it was, and has the schema of a new one', async () => {
    const before = looking(path, (db) => {
      db.pragma('foreign_keys = OFF')
      for (const table of tablesOf(db).filter((name) => name !== 'counters')) {
        const columns = columnsOf(db, table)
        const names = columns.map(({ name }) => name)
        db.prepare(`insert into ${table} (${names.join()}) values (${names.map(() => '?').join()})`).run(
          ...columns.map(valueFor),
        )
      }
      expect(db.pragma('foreign_key_check')).to.deep.equal([])
      return new Map(tablesOf(db).map((table) => [table, rowsOf(db, table)]))
    })
    expect(before.size).to.be.greaterThan(15)
    for (const [table, rows] of before) expect(rows, table).to.have.length(1)

    await (await openStore(path)).close()
    const fresh = join(folder, 'fresh.sqlite')
    await (await openStore(fresh)).close()
    looking(path, (db) => {
      for (const [table, [row]] of before) expect(rowsOf(db, table)[0], table).to.deep.include(row)
      expect(db.pragma('foreign_key_check')).to.deep.equal([])
      const schema = (of: Database.Database) => tablesOf(of).map((table) => [table, columnsOf(of, table)])
      expect(schema(db)).to.deep.equal(looking(fresh, schema))
    })
  })

  it('is what the server goes on with: its policy in force, its decisions counted on', async () => {
    const store = await openStore(path)
    const id = new Uint8Array(16).fill(1)
    await store.transact(async (tx) => {
      expect((await findMachine(tx, id))?.state).to.equal('accepted')
      const former = await findDecision(tx, 1)
      expect(former).to.include({ referenceVersions: '{}', machineName: 'web' })
      const inForce = await new PolicyShelf().inForce(tx, { name: 'web', groupName: 'web' })
      expect(inForce).to.deep.include({ kind: 'one', version: 1 })
      await tx.updateTable('counters').set({ value: 1 }).where('name', '=', 'decisions').execute()
      expect(await recordDecision(tx, former!)).to.equal(2)
    })
    const [applied] = await listPolicies(store, new PolicyShelf())
    expect(applied?.row).to.include({ name: 'web', version: 1, document: policy, reason: '' })
    await store.close()
  })
})
