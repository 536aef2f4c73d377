import type { Command } from 'commander'
import { retireResultKeys } from '../appraise/index.ts'
import { atStore } from './at-store.ts'
import { clock, configOption, say } from './surroundings.ts'

async function retire({ config, reason }: { readonly config: string; readonly reason: string }): Promise<void> {
  say({
    event: 'result-keys',
    retired: await atStore(config, (store) => retireResultKeys(store, { unixMs: clock(), reason })),
  })
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
