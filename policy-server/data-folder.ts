import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createAuthorities, openAuthorities, type Clock, type OwnAuthority } from './ca/index.ts'
import { lockDataFolder, writeDurably, type Disk } from './data/index.ts'
import {
  createPassphraseVault,
  KeyVault,
  openPassphraseVault,
  readPassphrase,
  type PassphraseCost,
  type PassphraseSource,
  type Random,
} from './keys/index.ts'

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
 * Opens vault and authority; makes what a first start has not made yet, in an order in which each step can be the last
 * before a crash. What later data depends on is never made anew beside that data.
 * @throws DataFolderError, PassphraseError, KeyError, WireError
 */
export async function openData(
  folder: string,
  { disk, passphrase, random, clock, cost }: DataSurroundings,
): Promise<OpenData> {
  const paths = dataPaths(folder)
  demandBefore(paths.vault, [paths.authorities, paths.database])
  demandBefore(paths.authorities, [paths.database])

  const kept = disk.read(paths.vault)
  const secret = await readPassphrase(passphrase, kept === undefined)
  const file = kept ?? (await createPassphraseVault(secret, random, cost))
  if (kept === undefined) writeDurably(disk, paths.vault, file)
  const vault = new KeyVault(await openPassphraseVault(file, secret, random), random)
  secret.forget()

  const surroundings = { vault, random, clock }
  const keptAuthorities = disk.read(paths.authorities)
  const authorities = keptAuthorities ?? (await createAuthorities(surroundings))
  if (keptAuthorities === undefined) writeDurably(disk, paths.authorities, authorities)
  return { vault, ca: await openAuthorities(authorities, surroundings) }
}

function demandBefore(path: string, later: readonly string[]): void {
  const orphan = existsSync(path) ? undefined : later.find((each) => existsSync(each))
  if (orphan !== undefined) {
    throw new DataFolderError(`${path} is missing, and ${orphan} cannot be read without it; restore it from the backup`)
  }
}
