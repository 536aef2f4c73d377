import Database from 'better-sqlite3'
import { SqliteDialect, type Dialect } from 'kysely'
import { Store } from './store.ts'

/** How long a statement waits for another process, such as a backup, to let go of the file. */
const busyTimeoutMs = 5000

/** The embedded engine: a write is in the log, and the log on disk, before its transaction returns. */
export function sqlite(path: string): Dialect {
  const database = () => {
    const db = new Database(path, { timeout: busyTimeoutMs })
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    db.pragma('foreign_keys = ON')
    // Without it the pages of an erased state key stay readable in the file.
    db.pragma('secure_delete = ON')
    return Promise.resolve(db)
  }
  return new SqliteDialect({ database })
}

/**
 * Opens (or creates) the store in a file; `:memory:` for tests.
 * @throws StoreError if a newer server wrote it.
 */
export const openStore = (path: string): Promise<Store> => Store.open(sqlite(path))
