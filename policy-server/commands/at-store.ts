import { existsSync } from 'node:fs'
import { readConfig } from '../config/index.ts'
import { DataFolderError, dataPaths } from '../data/index.ts'
import { openStore, type Store } from '../store/index.ts'

/** Works on the store of a configuration, beside a server that may run. @throws DataFolderError where there is none */
export async function atStore<Result>(configFile: string, work: (store: Store) => Promise<Result>): Promise<Result> {
  const { database } = dataPaths(readConfig(configFile).dataDir)
  // Opening it would make a new one, in which nothing is true.
  if (!existsSync(database)) throw new DataFolderError(`${database} is not there`)
  const store = await openStore(database)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}
