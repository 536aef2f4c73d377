import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { toHex } from '../../core/bytes/index.ts'
import { starterConfig } from '../config/index.ts'
import { localDisk, openData, takeDataFolder, writeDurably } from '../data/index.ts'
import { clock, passphraseOption, passphraseSource, random, say } from './surroundings.ts'

interface Options {
  readonly data: string
  readonly passphraseFile?: string
}

async function init({ data, passphraseFile }: Options): Promise<void> {
  const folder = resolve(data)
  const lock = takeDataFolder(folder)
  try {
    const passphrase = passphraseSource(passphraseFile)
    const { vault, ca } = await openData(folder, { disk: localDisk, passphrase, random, clock })
    vault.close()
    const config = join(folder, 'server.yaml')
    if (!existsSync(config)) writeDurably(localDisk, config, new TextEncoder().encode(starterConfig(folder)))
    say({ event: 'initialized', dataDir: folder, config, serverId: toHex(ca.serverId) })
  } finally {
    lock.release()
  }
}

export function addInitCommand(program: Command): void {
  program
    .command('init')
    .description('Make the key vault, the certificate authorities and a first configuration.')
    .requiredOption('--data <folder>', 'folder for everything the server keeps')
    .option(...passphraseOption)
    .action(init)
}
