import { randomBytes } from 'node:crypto'
import { manufacture, MemoryStorage, Tpm } from '../../agent/vtpm/index.ts'
import { RC, Startup, SU, TpmClient, TpmResponseError, type Transport } from '../../core/tpm/index.ts'

/** A TPM that is started up, or several that get the same commands. */
export interface TpmBench {
  readonly client: TpmClient
  /**
   * Whether the answers of several must be the same byte for byte, in response code and size, or in response code alone;
   * a time that is each one's own may lie in between.
   */
  exact(isExact: boolean | 'code', own?: ByteRange): void
  /** Takes the power away and gives it back; TPM2_Startup is next. */
  powerCycle(): Promise<void>
  close(): void
}

/** Bytes of an answer, the last one excluded. */
export interface ByteRange {
  readonly from: number
  readonly to: number
}

export type StartBench = () => Promise<TpmBench>

const random = (size: number): Uint8Array => new Uint8Array(randomBytes(size))

/** A new emulated TPM in this process, powered on. */
export function newTpm(): Tpm {
  const storage = new MemoryStorage(manufacture({ random }))
  const tpm = Tpm.open({ storage, random, clock: () => performance.now() })
  tpm.powerOn()
  return tpm
}

/** Starts a TPM up and puts it on a bench. */
export async function benchOf(transport: Transport, bench: Omit<TpmBench, 'client'>): Promise<TpmBench> {
  const client = new TpmClient(transport)
  await client.run(Startup, {}, { startupType: SU.clear })
  return { client, ...bench }
}

/** The emulated TPM alone. */
export const aloneOnBench: StartBench = () => {
  const tpm = newTpm()
  const transmit = async (command: Uint8Array): Promise<Uint8Array> => tpm.execute(command)
  const bench = {
    exact: () => undefined,
    powerCycle: () => {
      tpm.powerOn()
      return Promise.resolve()
    },
    close: () => {
      tpm.powerOff()
    },
  }
  return benchOf({ transmit }, bench)
}

/** The response code of a command, zero where it succeeded. */
export async function codeOf(command: Promise<unknown>): Promise<number> {
  try {
    await command
    return RC.success
  } catch (error) {
    if (error instanceof TpmResponseError) return error.rc
    throw error
  }
}
