import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createAuthorities, openAuthorities, type Clock, type OwnAuthority } from '../ca/index.ts'
import { CertificateError } from '../../core/pki/index.ts'
import { WireError } from '../../core/bytes/index.ts'
import { lockDataFolder } from './data-lock.ts'
import type { Disk } from './disk.ts'
import { writeDurably } from './durable-file.ts'
import {
  createPassphraseVault,
  KeyError,
  KeyVault,
  openPassphraseVault,
  readPassphrase,
  type PassphraseCost,
  type PassphraseSource,
  type Random,
  type RootKey,
} from '../keys/index.ts'

const ownerOnlyFolder = 0o700

/** A data folder that lacks what it cannot lack; the message says what. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError'
}

/** Where in the data folder what lies. */
export const dataPaths = (folder: string) =>
  ({
    vault: join(folder, 'vault'),
    authorities: join(folder, 'authorities'),
    database: join(folder, 'bootlatch.db'),
    operators: join(folder, 'operators'),
    operatorBundle: join(folder, 'operator.json'),
  }) as const

/** An opened data folder: vault and authority in use. */
export interface OpenData {
  readonly vault: KeyVault
  readonly ca: OwnAuthority
}

/** What opening a data folder needs from outside. */
export interface DataSurroundings {
  readonly disk: Disk
  readonly passphrase: PassphraseSource
  readonly random: Random
  readonly clock: Clock
  /** False where only a server that has started before will do. */
  readonly mayCreate?: boolean
  /** Cost of a new vault's passphrase. */
  readonly cost?: PassphraseCost
}

/**
 * Takes a data folder for this process, creating it where there is none.
 * @throws DataFolderBusy
 */
export function takeDataFolder(folder: string): { readonly release: () => void } {
  mkdirSync(folder, { recursive: true, mode: ownerOnlyFolder })
  return lockDataFolder(folder)
}

/**
 * Opens vault and authorities; makes what a first start has not made yet, in an order in which each step can be the
 * last before a crash. What later data depends on is never made anew beside that data.
 * @throws DataFolderError, PassphraseError, KeyError
 */
export async function openData(folder: string, surroundings: DataSurroundings): Promise<OpenData> {
  const { disk, random } = surroundings
  const paths = dataPaths(folder)
  const later = surroundings.mayCreate === false ? [folder] : []
  demandBefore(paths.vault, [paths.authorities, paths.database, ...later])
  demandBefore(paths.authorities, [paths.database, ...later])

  const vault = new KeyVault(await openVault(disk.read(paths.vault), paths.vault, surroundings), random)
  const kept = disk.read(paths.authorities)
  const file = kept ?? (await createAuthorities({ ...surroundings, vault }))
  if (kept === undefined) writeDurably(disk, paths.authorities, file)
  try {
    return { vault, ca: await openAuthorities(file, { ...surroundings, vault }) }
  } catch (cause) {
    vault.close()
    if (!damages.some((kind) => cause instanceof kind)) throw cause
    throw new DataFolderError(`${paths.authorities} is damaged or of another vault; restore it from the backup`, {
      cause,
    })
  }
}

const damages = [WireError, CertificateError, KeyError] as const

async function openVault(
  kept: Uint8Array | undefined,
  path: string,
  { disk, passphrase, random, cost }: DataSurroundings,
): Promise<RootKey> {
  const secret = await readPassphrase(passphrase, kept === undefined)
  try {
    const file = kept ?? (await createPassphraseVault(secret, random, cost))
    if (kept === undefined) writeDurably(disk, path, file)
    return await openPassphraseVault(file, secret, random)
  } catch (cause) {
    throw cause instanceof KeyError ? new KeyError(cause.problem, { cause, at: path }) : cause
  } finally {
    secret.forget()
  }
}

function demandBefore(path: string, later: readonly string[]): void {
  const orphan = existsSync(path) ? undefined : later.find((each) => existsSync(each))
  if (orphan !== undefined) {
    throw new DataFolderError(`${path} is missing, and ${orphan} cannot be used without it; restore it from the backup`)
  }
}
