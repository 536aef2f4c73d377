import type { Command } from 'commander'
import { resetSigners } from '../policies/index.ts'
import { atStore } from './at-store.ts'
import { clock, configOption, say } from './surroundings.ts'

async function reset({ config, reason }: { readonly config: string; readonly reason: string }): Promise<void> {
  const version = await atStore(config, (store) => resetSigners(store, { unixMs: clock(), reason }))
  say({ event: 'signers', required: 0, ...(version === undefined ? { changed: false } : { changed: true, version }) })
}

export function addResetSignersCommand(program: Command): void {
  program
    .command('reset-signers')
    .description('Ask for no signatures any more, where engineers have lost their keys. It stays in the history.')
    .requiredOption('--reason <why>', 'why, for the record')
    .option(...configOption)
    .action(reset)
}
