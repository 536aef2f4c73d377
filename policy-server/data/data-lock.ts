import { join } from 'node:path'
import Database from 'better-sqlite3'

/** Another process uses the data folder. */
export class DataFolderBusy extends Error {
  override readonly name = 'DataFolderBusy'
  constructor(folder: string) {
    super(`${folder} is in use by another bootlatch-server`)
  }
}

/**
 * Holds a data folder for this process alone, until `release` or the process's end, however it ends:
 * the lock is the kernel's, through an empty SQLite database (Node has no file locks of its own).
 * @throws DataFolderBusy where another process holds it.
 */
export function lockDataFolder(folder: string): { readonly release: () => void } {
  const database = new Database(join(folder, 'lock'), { timeout: 0 })
  try {
    database.pragma('journal_mode = MEMORY')
    database.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    if (cause instanceof Database.SqliteError && cause.code.startsWith('SQLITE_BUSY')) throw new DataFolderBusy(folder)
    throw cause
  }
  return {
    release: () => {
      database.close()
    },
  }
}
