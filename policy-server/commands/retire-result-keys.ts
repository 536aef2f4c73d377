import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { retireResultKeys } from '../appraise/index.ts'
import { readConfig } from '../config/index.ts'
import { DataFolderError, dataPaths } from '../data/index.ts'
import { openStore } from '../store/index.ts'
import { clock, configOption, say } from './surroundings.ts'

async function retire({ config: file, reason }: { readonly config: string; readonly reason: string }): Promise<void> {
  const { database } = dataPaths(readConfig(file).dataDir)
  if (!existsSync(database)) throw new DataFolderError(`${database} is not there`)
  const store = await openStore(database)
  try {
    const keys = await retireResultKeys(store, { unixMs: clock(), reason })
    say({ event: 'result-keys', retired: keys })
  } finally {
    await store.close()
  }
}

export function addRetireResultKeysCommand(program: Command): void {
  program
    .command('retire-result-keys')
    .description(
      'Replace the keys that sign attestation results at once, also while the server runs, where one has leaked. It stays on record.',
    )
    .requiredOption('--reason <why>', 'why, for the record')
    .option(...configOption)
    .action(retire)
}
