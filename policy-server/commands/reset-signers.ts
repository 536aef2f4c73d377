import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { readConfig } from '../config/index.ts'
import { DataFolderError, dataPaths } from '../data/index.ts'
import { resetSigners } from '../policies/index.ts'
import { openStore } from '../store/index.ts'
import { clock, configOption, say } from './surroundings.ts'

async function reset({ config: file, reason }: { readonly config: string; readonly reason: string }): Promise<void> {
  const { database } = dataPaths(readConfig(file).dataDir)
  // Opening it would make a new one, and say that nobody has to sign.
  if (!existsSync(database)) throw new DataFolderError(`${database} is not there`)
  const store = await openStore(database)
  try {
    const version = await resetSigners(store, { unixMs: clock(), reason })
    say({ event: 'signers', required: 0, ...(version === undefined ? { changed: false } : { changed: true, version }) })
  } finally {
    await store.close()
  }
}

export function addResetSignersCommand(program: Command): void {
  program
    .command('reset-signers')
    .description('Ask for no signatures any more, where engineers have lost their keys. It stays in the history.')
    .requiredOption('--reason <why>', 'why, for the record')
    .option(...configOption)
    .action(reset)
}
