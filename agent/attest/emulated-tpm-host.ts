import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import type { StateKey } from '../../core/keys/index.ts'
import { TpmClient, type Transport } from '../../core/tpm/index.ts'
import { changeEndorsementSeed, manufacture, MemoryStorage, StateFile, Tpm } from '../vtpm/index.ts'
import { shutDown } from './power.ts'
import type { PoweredTpm, StateHeader, TpmHost } from './tpm-host.ts'

const random = (size: number): Uint8Array => Uint8Array.from(randomBytes(size))
const clock = (): number => Math.floor(performance.now())

/** The TPM that the agent emulates, over its state file. */
export const emulatedTpmHost: TpmHost = {
  manufacture(path, header) {
    return Promise.resolve(create(path, header, manufacture({ random })))
  },

  remake(path, header, formerState) {
    const storage = new MemoryStorage(formerState)
    changeEndorsementSeed(storage, random)
    return Promise.resolve(create(path, header, storage.load() ?? new Uint8Array(0)))
  },

  open(path, keys, next) {
    const file = openFile(path, keys)
    try {
      if (file.generation !== next.generation) file.rekey(next.key, next.generation)
      return Promise.resolve(powered(file))
    } catch (error) {
      file.close()
      throw error
    }
  },

  stateOf(path, key) {
    const file = openFile(path, [key])
    try {
      return Promise.resolve(file.load())
    } finally {
      file.close()
    }
  },

  peek: (path) => StateFile.peek(path),
}

function create(path: string, header: StateHeader, state: Uint8Array): PoweredTpm {
  rmSync(path, { force: true })
  const file = StateFile.create(path, header, state)
  state.fill(0)
  return powered(file)
}

function openFile(path: string, keys: readonly StateKey[]): StateFile {
  return StateFile.open(path, new Map(keys.map(({ generation, key }) => [generation, key])))
}

function powered(file: StateFile): PoweredTpm {
  const tpm = Tpm.open({ storage: file, random, clock })
  tpm.powerOn()
  const atLocality = (locality: number): Transport => ({
    transmit: async (command) => await tpm.execute(command, locality),
  })
  const transport = atLocality(0)
  return {
    transport,
    atLocality,
    reset() {
      tpm.powerOff()
      tpm.powerOn()
      return Promise.resolve()
    },
    async close() {
      try {
        await shutDown(new TpmClient(transport))
      } catch {
        // A TPM that was not started up, or is in failure mode, has nothing to shut down.
      } finally {
        tpm.powerOff()
        file.close()
      }
    },
  }
}
