import { CamelCasePlugin, Kysely, Migrator, type Dialect, type Transaction } from 'kysely'
import { migrations } from './migrations/index.ts'
import { PlainBytes } from './plain-bytes.ts'
import type { Schema } from './schema.ts'

/** What a unit of work reads and writes through; valid until the work ends. */
export type Tx = Transaction<Schema>

/** The database was written by a newer server, or by something else. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
}

/** The server's durable memory. What `transact` has returned is on disk. */
export class Store {
  readonly #db: Kysely<Schema>

  private constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  /**
   * Brings the schema up to date.
   * @throws StoreError if the database has steps that this server does not know.
   */
  static async open(dialect: Dialect): Promise<Store> {
    const db = new Kysely<Schema>({ dialect, plugins: [new CamelCasePlugin(), new PlainBytes()] })
    try {
      await migrate(db)
      return new Store(db)
    } catch (error) {
      await db.destroy()
      throw error
    }
  }

  /**
   * Does the work in one transaction: all of it is durable when this returns, and none where it throws, except that a
   * failed commit may have persisted. Work awaits the store only, never the network: others wait for it.
   */
  transact<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
    return this.#db.transaction().execute(work)
  }

  close(): Promise<void> {
    return this.#db.destroy()
  }
}

async function migrate(db: Kysely<Schema>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...migrations }) } })
  const { error } = await migrator.migrateToLatest()
  if (error === undefined) return
  if (error instanceof Error && 'code' in error)
    throw new StoreError(`the database cannot be used: ${error.message}`, { cause: error })
  throw new StoreError('the database has a schema that this server does not know: it was written by a newer version', {
    cause: error,
  })
}
