import { existsSync } from 'node:fs'
import { KeyFileError, readStateKey, stateFileIn, StateUnusableError } from '../channel/index.ts'
import { FolderInUse } from '../config/index.ts'
import { StateFile, StateFileError } from '../vtpm/index.ts'
import { type TpmConfig } from './host-config.ts'

/** What keeps a TPM from being served, and what a person can do about it. */
export interface Problem {
  readonly problem: string
  readonly advice: string
}

/** There is no state, and the configuration does not say that a TPM is to be made. */
export class NotManufactured extends Error {
  override readonly name = 'NotManufactured'
}

const stateFileOf = ({ state }: TpmConfig): string => stateFileIn(state)

/**
 * Looks at what a TPM needs, as far as that goes without opening its state.
 * @throws KeyFileError, NotManufactured, StateFileError
 */
export async function examine(config: TpmConfig): Promise<void> {
  const key = await readStateKey(config.stateKeyFile)
  key.fill(0)
  if (hasState(config)) StateFile.peek(stateFileOf(config))
}

/**
 * Whether there is a state, or else one is to be made.
 * @throws NotManufactured
 */
export function hasState(config: TpmConfig): boolean {
  const isThere = existsSync(stateFileOf(config))
  if (!isThere && !config.manufacture) throw new NotManufactured(`${stateFileOf(config)} is not there`)
  return isThere
}

/** An error in words for the operator. */
export function explain(error: unknown, config: TpmConfig): Problem {
  const problem = error instanceof Error ? error.message : String(error)
  return { problem, advice: adviceFor(error, config) }
}

function adviceFor(error: unknown, config: TpmConfig): string {
  const { name, state, stateKeyFile } = config
  const again = 'then send SIGHUP to the host'
  if (error instanceof NotManufactured)
    return (
      `bootlatch-agent tpm manufacture --state ${state} --state-key-file ${stateKeyFile}, or say "manufacture: true" ` +
      `under ${name}, ${again}`
    )
  if (error instanceof KeyFileError)
    return existsSync(stateFileOf(config))
      ? `bring back the key under which ${state} was made, 32 bytes of mode 0600, ${again}`
      : `(umask 077; head -c 32 /dev/urandom > ${stateKeyFile}), ${again}`
  if (error instanceof FolderInUse)
    return `end the other agent that serves ${state}; the next start of the machine tries again`
  if (error instanceof StateFileError || error instanceof StateUnusableError)
    return `restore ${stateFileOf(config)} with the key that belongs to it, ${again}`
  switch (codeOf(error) ?? '') {
    case 'EADDRINUSE':
      return `another program listens there: end it, or give ${name} another socket, ${again}`
    case 'ENOENT':
    case 'EACCES':
    case 'EPERM':
      return `let the host's user read and write ${state} and the folders of the sockets, ${again}`
    default:
      return `the host's log says more; ${again} to try again`
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
