import { randomBytes } from 'node:crypto'
import { manufacture, MemoryStorage, Tpm } from '../../agent/vtpm/index.ts'
import { Startup, SU, TpmClient } from '../../core/tpm/index.ts'
import type { Powered } from './world.ts'

const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))

/** A TPM in this process over a storage that can be looked into. */
export interface NewTpm {
  readonly tpm: Tpm
  readonly storage: MemoryStorage
  readonly transport: Powered
}

/** A new TPM, powered on and started up. */
export async function startNewTpm(): Promise<NewTpm> {
  const storage = new MemoryStorage(manufacture({ random }))
  const tpm = Tpm.open({ storage, random, clock: () => performance.now() })
  let locality = 0
  const transport = {
    transmit: async (command: Uint8Array) => tpm.execute(command, locality),
    moveTo: (to: number) => {
      locality = to
      return Promise.resolve()
    },
    losePower: () => {
      tpm.powerOn()
      return Promise.resolve()
    },
  }
  tpm.powerOn()
  await new TpmClient(transport).run(Startup, {}, { startupType: SU.clear })
  return { tpm, storage, transport }
}
