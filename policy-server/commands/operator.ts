import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { InvalidArgumentError, type Command } from 'commander'
import { encodePeerUri } from '../../core/pki/index.ts'
import { anchorOf } from '../ca/index.ts'
import { readConfig, writeEndpoint } from '../config/index.ts'
import { DataFolderError, dataPaths, localDisk, openData, Operators } from '../data/index.ts'
import { loadServerIdentity } from '../server/index.ts'
import { clock, configOption, passphraseOption, passphraseSource, random, say } from './surroundings.ts'

interface Options {
  readonly config: string
  readonly out: string
  readonly passphraseFile?: string
}

/** @throws InvalidArgumentError where no certificate could carry the name. */
function operatorName(name: string): string {
  try {
    encodePeerUri({ kind: 'operator', name })
    return name
  } catch {
    throw new InvalidArgumentError('Small letters, digits, dots, dashes and underscores; at most 63.')
  }
}

async function addOperator(name: string, { config: file, out, passphraseFile }: Options): Promise<void> {
  const config = readConfig(file)
  // It may hold the only copy of another operator's key.
  if (existsSync(out)) throw new DataFolderError(`${resolve(out)} is there already: name another file, or remove it`)
  const passphrase = passphraseSource(passphraseFile ?? config.passphraseFile)
  const { vault, ca } = await openData(config.dataDir, { disk: localDisk, passphrase, random, clock, mayCreate: false })
  vault.close()
  const anchor = anchorOf(await loadServerIdentity(config, ca, clock()))
  const operators = new Operators(dataPaths(config.dataDir).operators, localDisk)
  const record = await operators.issue(
    ca,
    { name, address: writeEndpoint(config.advertise.main), anchor },
    resolve(out),
  )
  say({ event: 'operator', name, bundle: resolve(out), record })
}

export function addListOperatorsCommand(program: Command): void {
  program
    .command('list-operators')
    .description('List the certificates of operators, one a line: whose word counts, since when and until when.')
    .option(...configOption)
    .addHelpText(
      'after',
      `
Two names are two people wherever people are counted. One person behind two of them shows here alone: delete the file that
"record" names under one of the names, and issue him, where he needs two devices, a second certificate of the other.`,
    )
    .action(({ config }: Pick<Options, 'config'>) => {
      const operators = new Operators(dataPaths(readConfig(config).dataDir).operators, localDisk)
      for (const operator of operators.list(clock())) say({ event: 'operator', ...operator })
    })
}

export function addOperatorCommand(program: Command): void {
  program
    .command('add-operator')
    .description('Issue credentials for one more operator; the running server takes them at once.')
    .argument('<name>', 'name that stands beside what the operator does', operatorName)
    .requiredOption('--out <file>', 'where to write the credentials (mode 0600); hand them over and delete them')
    .option(...configOption)
    .option(...passphraseOption)
    .addHelpText('after', '\nTo end what an operator may do, delete the file in the data folder that "record" names.')
    .action(addOperator)
}
