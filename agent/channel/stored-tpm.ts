import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { holdFolder } from '../config/index.ts'
import {
  BlobSeal,
  type Disk,
  localDisk,
  manufacture,
  MovableState,
  pooledNonces,
  type Profile,
  StateFile,
  StateFileError,
  type RsaWork,
  systemRandom,
  Tpm,
  VolatileFile,
} from '../vtpm/index.ts'
import { namesIn, type StateNames } from './state-names.ts'

/** A TPM by itself belongs to no machine, and its key never changes. */
const noMachine = new Uint8Array(16)
const onlyGeneration = 1

/** The state file is there and cannot be used. */
export class StateUnusableError extends Error {
  override readonly name = 'StateUnusableError'
}

/** A TPM over the files of one folder, which nobody else has open; powered off. */
export interface StoredTpm {
  readonly tpm: Tpm
  readonly mover: MovableState
  /** Whether it was manufactured just now. */
  readonly isNew: boolean
  close(): Promise<void>
}

export interface StoredTpmOptions {
  readonly folder: string
  /** 32 bytes; cleared once the state is open. */
  readonly key: Uint8Array
  /** Under which the state leaves in blobs, where that is not the state key; cleared too. */
  readonly blobKey?: Uint8Array | undefined
  /** Of the files that are made in an empty folder. */
  readonly names?: StateNames | undefined
  readonly profile?: Partial<Profile>
  readonly disk?: Disk
  /** Hears of the error that puts it into failure mode. */
  readonly onFailure?: (error: unknown) => void
  /** Where its RSA keys are made. */
  readonly work?: RsaWork
}

/**
 * Opens the TPM whose state lies in a folder; in an empty one a TPM is manufactured.
 * @throws FolderInUse, StateUnusableError
 */
export async function openStoredTpm(options: StoredTpmOptions): Promise<StoredTpm> {
  const { folder, key, blobKey, profile = {}, disk = localDisk, work, onFailure } = options
  const hold = await holdFolder(folder)
  try {
    const names = namesIn(folder, options.names)
    const path = join(folder, names.state)
    const isNew = !existsSync(path)
    const storage = isNew ? create(path, key, disk) : open(path, key, disk)
    const ownSeal =
      blobKey === undefined ? undefined : new BlobSeal({ key: blobKey, generation: onlyGeneration }, noMachine)
    const tpm = Tpm.open({
      storage,
      random: systemRandom,
      nonces: pooledNonces,
      clock,
      profile,
      ...(work === undefined ? {} : { work }),
      onFailure,
    })
    const store = new VolatileFile(join(folder, names.volatile))
    const prepare = (): void => {
      storage.putBack()
    }
    const mover = new MovableState({ tpm, storage, seal: () => ownSeal ?? storage.seal, store, prepare })
    const close = async (): Promise<void> => {
      try {
        tpm.powerOff()
        storage.close()
      } finally {
        await hold.release()
      }
    }
    return { tpm, mover, isNew, close }
  } catch (error) {
    await hold.release()
    throw error
  } finally {
    key.fill(0)
    blobKey?.fill(0)
  }
}

function create(path: string, key: Uint8Array, disk: Disk): StateFile {
  const fresh = manufacture({ random: systemRandom })
  try {
    return StateFile.create(path, { key, machineId: noMachine, generation: onlyGeneration }, fresh, disk)
  } finally {
    fresh.fill(0)
  }
}

function open(path: string, key: Uint8Array, disk: Disk): StateFile {
  try {
    return StateFile.open(path, new Map([[onlyGeneration, key]]), disk)
  } catch (error) {
    if (!(error instanceof StateFileError)) throw error
    throw new StateUnusableError(`${path}: ${error.message}`, { cause: error })
  }
}

const clock = (): number => performance.now()
