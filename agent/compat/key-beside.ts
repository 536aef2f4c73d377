import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readStateKey } from '../channel/index.ts'
import { localDisk } from '../vtpm/index.ts'
import { UsageError } from './usage-error.ts'

const fileName = 'vtpm.key'
const stateKeyBytes = 32
/** Where it is set, nobody runs a TPM whose key lies beside its state. */
const demand = 'BOOTLATCH_REQUIRE_KEY'

/**
 * The state key for who gives none: a file beside the state, made when it is missing. It protects the state from nobody
 * who can read the folder, and that is said each time.
 * @throws UsageError where the environment demands a key.
 */
export async function keyBeside(
  folder: string,
  {
    warn,
    environment = process.env,
  }: { readonly warn: (text: string) => void; readonly environment?: NodeJS.ProcessEnv },
): Promise<Uint8Array> {
  if ((environment[demand] ?? '') !== '') throw new UsageError(`${demand} is set: give the state key with --key`)
  const path = join(folder, fileName)
  if (!existsSync(path)) localDisk.create(path, new Uint8Array(randomBytes(stateKeyBytes)))
  warn(`no --key: the state is encrypted under ${path}, so that a copy of the folder is a copy of the TPM`)
  return readStateKey(path)
}
